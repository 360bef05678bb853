"""Virtual people; the only room that knows the truth."""
