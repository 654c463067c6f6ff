"""What a video's timeline says, as text that a language model can be shown."""
