"""How many, and when we look: bounds, size, plan, monitor."""
