"""The planner and what it is made of."""
