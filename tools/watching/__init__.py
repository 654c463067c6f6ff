"""A video watched once: perceivers run over it, and what they give is merged."""
