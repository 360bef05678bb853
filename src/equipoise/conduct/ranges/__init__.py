"""Reference ranges of laboratories: what a file of them tells, and which one holds of a sample."""
