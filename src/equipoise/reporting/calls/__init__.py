"""The R call that gives the same number, of every method."""
