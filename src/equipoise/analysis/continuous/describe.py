"""Quantiles as SAS defines them by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt


def quantiles(
    values: npt.ArrayLike, probabilities: Sequence[float] = (0.25, 0.5, 0.75)
) -> tuple[float, ...]:
    """Sample quantiles, the average at steps of the empirical distribution.

    values : (n,) finite numbers; probabilities : in [0, 1]
    Raises   InputError if there is no value or one is not finite.
    Source   Hyndman & Fan 1996, Am Stat 50:361, type 2 (SAS QNTLDEF=5).
    Checked  tests/oracle/continuous (R quantile); tests/byhand.
    """
    import numpy as np  # a report that is drawn from results needs none

    numbers = np.asarray(values, dtype=float)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise InputError("values: expected at least one number, all finite")
    if any(not 0 <= p <= 1 for p in probabilities):
        raise InputError(f"probabilities {tuple(probabilities)}: expected numbers from 0 to 1")
    found = np.quantile(numbers, list(probabilities), method="averaged_inverted_cdf")
    return tuple(float(q) for q in found)
