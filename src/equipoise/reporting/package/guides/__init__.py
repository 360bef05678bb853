"""Reviewer's guides of a submission, in PHUSE's order, each section with the trial's own facts."""
