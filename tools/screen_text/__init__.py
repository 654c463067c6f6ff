"""On-screen text: the reader, and the perceiver that follows it over time."""
