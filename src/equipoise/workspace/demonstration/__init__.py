"""A trial of virtual patients to look at, conducted by its commands."""
