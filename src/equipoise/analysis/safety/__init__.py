"""Safety: how often and how soon."""
