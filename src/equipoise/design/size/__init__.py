"""Sizes and power by type of endpoint."""
