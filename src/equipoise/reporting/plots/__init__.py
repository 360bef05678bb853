"""Figures from plain tables, a row for a patient, a visit or a point: of a trial or alone."""
