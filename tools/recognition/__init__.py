"""Makes actions with times of what a recogniser says of overlapping clips."""
