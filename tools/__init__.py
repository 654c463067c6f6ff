"""What the planner can do: perceive videos and import text about them."""
