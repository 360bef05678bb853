"""Trials as code: one protocol file designs, randomizes, runs, simulates, analyzes and reports."""

__version__ = "0.1.0"
