"""Templates for chat models, loaded by name."""
