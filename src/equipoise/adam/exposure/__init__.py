"""ADEX: doses, cycles and absorbed doses."""
