"""Forecasts futures of actions without a language model, and chooses among candidates."""
