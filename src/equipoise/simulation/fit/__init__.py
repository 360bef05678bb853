"""A truth that reproduces published figures."""
