"""How well steps to a goal are planned."""
