"""Tests of what is asked of a timeline by structure."""
