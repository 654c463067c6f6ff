"""Readers of procedures, as instructions and as demonstrations, one for each published form."""
