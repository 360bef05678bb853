"""Serious adverse events: their clocks, versions and assessments."""
