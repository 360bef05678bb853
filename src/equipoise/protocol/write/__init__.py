"""A protocol in other words: changes, amendments, templates."""
