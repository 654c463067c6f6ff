"""What the commands print: for people with rich, for machines as JSON."""
