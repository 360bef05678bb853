"""When entry is shut, and what was known then."""
