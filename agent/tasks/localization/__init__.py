"""When something happens, by a chat model that reads a timeline, or by none."""
