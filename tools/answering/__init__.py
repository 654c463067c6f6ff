"""Answers to questions with choices, from text with times and without a language model."""
