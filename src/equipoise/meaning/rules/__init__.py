"""Rules that ask what a protocol means, beside those on its text alone."""
