"""Loaders of evaluation data, one for each dataset."""
