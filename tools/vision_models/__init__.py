"""Models that see, through transformers and through endpoints."""
