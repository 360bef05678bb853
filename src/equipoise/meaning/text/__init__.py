"""The text of a protocol: as it is given, and with one thing changed."""
