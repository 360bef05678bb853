"""Visits, forms, queries and signatures."""
