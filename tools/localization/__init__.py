"""When something happens: spans of a timeline that match words."""
