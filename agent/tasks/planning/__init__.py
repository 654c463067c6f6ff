"""The steps from a start to a goal, by a chat model, by counting, or by both."""
