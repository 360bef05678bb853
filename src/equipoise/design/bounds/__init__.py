"""Boundaries, spending functions and inference after a group-sequential trial."""
