"""A spending function."""

import numpy as np


def power(time: np.ndarray, error: float, rho: float) -> np.ndarray:
    """Spending by a power of time."""
    if not rho > 0.0:
        raise ValueError(f"rho is {rho:g}, expected more than 0")
    return error * time**rho
