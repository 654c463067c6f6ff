"""Text as vectors: the embedders, and how their vectors are kept."""
