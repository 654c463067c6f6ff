"""What a timeline holds, asked for by structure: which things, and how they stand in time."""
