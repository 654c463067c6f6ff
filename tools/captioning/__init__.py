"""Captions: the protocol, the models that write them, and the perceiver."""
