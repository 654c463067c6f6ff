"""Tiny checkpoints with random weights, one builder for each family of models."""
