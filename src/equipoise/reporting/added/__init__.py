"""Figures and sections that installed distributions add to the report."""
