"""The list, and who is allocated by it."""
