"""Questionnaires: which items make which scale, and what a manual makes of the answers."""
