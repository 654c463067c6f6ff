"""How well moments are found."""
