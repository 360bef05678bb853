"""Protocols and SDTM of the examples, broken at random and judged: `make fuzz SEED=1`."""
