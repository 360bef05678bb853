"""Arrays by what they hold, for every room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Bools = NDArray[np.bool_]

__all__ = ["Bools", "Floats", "Ints", "SmallInts"]
