"""What leaves a trial's store for other programs, and as it was known when."""
