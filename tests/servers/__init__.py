"""Real OpenAI-compatible servers for the tests: one follows a script, one runs a tiny model."""
