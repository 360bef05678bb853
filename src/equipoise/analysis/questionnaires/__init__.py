"""Questionnaires: answers to scores, scores to deterioration."""
