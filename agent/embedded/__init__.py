"""The planner that needs no language model: reads a question, looks things up, quotes."""
