"""What became of every subject, row and condition; the numbers add up, or the work stops."""
