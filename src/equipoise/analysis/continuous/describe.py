"""Quantiles as statistical packages define them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from equipoise.errors import InputError

Definition = Literal["averaged", "weibull", "linear"]

_NUMPY: dict[Definition, Literal["averaged_inverted_cdf", "weibull", "linear"]] = {
    "averaged": "averaged_inverted_cdf",
    "weibull": "weibull",
    "linear": "linear",
}


def quantiles(
    values: npt.ArrayLike,
    probabilities: Sequence[float] = (0.25, 0.5, 0.75),
    *,
    definition: Definition = "averaged",
) -> tuple[float, ...]:
    """Sample quantiles.

    values : (n,) finite numbers; probabilities : in [0, 1]
    definition : "averaged" (SAS QNTLDEF=5, R type 2), "weibull" (R type 6), "linear" (R type 7)
    Raises   InputError if there is no value or one is not finite.
    Source   Hyndman & Fan 1996, Am Stat 50:361.
    Checked  tests/oracle/continuous (R quantile).
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise InputError("values: expected at least one number, all finite")
    if any(not 0 <= p <= 1 for p in probabilities):
        raise InputError(f"probabilities {tuple(probabilities)}: expected numbers from 0 to 1")
    found = np.quantile(numbers, list(probabilities), method=_NUMPY[definition])
    return tuple(float(q) for q in found)
