"""A design beside what has been observed."""
