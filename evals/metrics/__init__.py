"""The official scores, as pure functions."""
