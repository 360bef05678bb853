"""Documents for people, written from a protocol: the synopsis."""
