"""Trials as code."""
