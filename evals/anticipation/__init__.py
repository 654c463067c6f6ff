"""How well futures are foreseen."""
