"""Laboratory units: how they are written, how large they are, and what a test's molecules weigh."""
