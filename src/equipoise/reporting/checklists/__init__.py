"""Checklists of guidelines, filled with addresses that are there."""
