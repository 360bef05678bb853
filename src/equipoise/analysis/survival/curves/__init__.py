"""Survival and incidence curves, and what is read off them."""
