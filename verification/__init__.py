"""`make verification`: what this package computes, against theory, with bands that pass or fail."""
