"""Banks of examples and procedures: those that are imported and those that ship."""
