"""The evaluations: `foretell eval`."""
