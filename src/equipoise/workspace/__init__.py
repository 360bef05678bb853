"""A trial's folder: what is built in it, look by look, and what is stale."""
