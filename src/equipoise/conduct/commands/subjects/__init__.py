"""From screening to the end of a subject."""
