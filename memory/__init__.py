"""What is kept: events, vectors and conversations."""
