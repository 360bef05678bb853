"""Dates as collected, partial ones too, and the sources a protocol names."""
