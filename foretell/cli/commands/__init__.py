"""The commands, one or one group a file."""
