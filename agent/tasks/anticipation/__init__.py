"""What comes next, by a chat model that is shown examples, or by none."""
