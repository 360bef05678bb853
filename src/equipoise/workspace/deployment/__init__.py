"""How a trial is served for good: a unit of systemd, or containers."""
