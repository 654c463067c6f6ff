"""How well questions are answered."""
