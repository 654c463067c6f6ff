"""Measures agents from outside."""
