"""What is kept sealed for the day on which the system cannot be reached: envelopes, backups."""
