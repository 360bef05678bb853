"""Arrays in, arrays out: numba beside a readable plain twin."""
