"""The four jobs of an agent; none knows of another."""
