"""Figures of the report: rows of Results drawn."""
