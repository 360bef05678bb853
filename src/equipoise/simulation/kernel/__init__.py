"""The kernel road: a virtual trial as arrays."""
