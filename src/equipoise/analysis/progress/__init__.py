"""How a trial goes: what a monitoring committee asks, as rows."""
