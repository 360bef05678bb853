"""How many, and when we look."""
