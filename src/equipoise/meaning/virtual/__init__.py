"""What virtual trials do not do, and why, in words."""
