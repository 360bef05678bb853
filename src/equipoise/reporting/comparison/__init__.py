"""Two builds beside one another: each number that changed, and the patients behind it."""
