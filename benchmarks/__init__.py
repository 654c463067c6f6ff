"""What foretell costs in seconds and memory, as ratios in one run."""
