"""What was known on a day: amendments undone, later records left out."""
