"""Batches of virtual trials: arrays in, arrays out, numba beside plain twins."""
