"""Questionnaires: scores to deterioration."""
