"""Versions, sites, accounts and the state of the trial."""
