"""REST, below `/api/v1`: one group of paths a file."""
