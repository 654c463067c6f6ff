"""Readers of annotated action sequences, one for each published form."""
