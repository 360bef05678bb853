"""Adverse events: exposure-adjusted rates and time to onset."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response.rates import EQUALLY_LIKELY, normal_quantile
from equipoise.arrays import Floats
from equipoise.errors import InputError


class RateRatio(NamedTuple):
    """Ratio of two event rates with exact limits and P value."""

    estimate: float
    lower: float
    upper: float
    p: float


class Onset(NamedTuple):
    """Time to first onset: (n,) time at risk in the unit given, (n,) whether the event came."""

    time: Floats
    event: npt.NDArray[np.bool_]


def _checked_rate(events: float, exposure: float) -> tuple[int, float]:
    if not (math.isfinite(events) and events >= 0 and events == int(events)):
        raise InputError(f"events {events}: expected a whole number from 0 up")
    if not (math.isfinite(exposure) and exposure > 0):
        raise InputError(f"exposure {exposure}: expected a time above 0")
    return int(events), float(exposure)


def poisson_rate(events: int, exposure: float, *, level: float = 0.95) -> Interval:
    """Events for each unit of exposure with exact limits.

    events : first events, or all events; exposure : time at risk, in the unit the rate is wanted in
    Raises   InputError if events is no whole number or exposure is not above 0.
    Source   Garwood 1936, Biometrika 28:437.
    Checked  tests/oracle/safety (R poisson.test).
    """
    x, time = _checked_rate(events, exposure)
    normal_quantile(level)
    tail = (1 - level) / 2
    lower = float(special.gammaincinv(x, tail)) if x else 0.0
    upper = float(special.gammainccinv(x + 1, tail))
    return Interval(x / time, lower / time, upper / time)


def rate_ratio(
    events1: int, exposure1: float, events2: int, exposure2: float, *, level: float = 0.95
) -> RateRatio:
    """Rate of the first arm over the second, exact given the total of events.

    Without events in the second arm the estimate is infinite (NaN without any).
    Raises   InputError if events are no whole numbers or an exposure is not above 0.
    Source   Przyborowski & Wilenski 1940, Biometrika 31:313; two-sided P by likelihood, as R.
    Checked  tests/oracle/safety (R poisson.test).
    """
    from scipy import stats  # heavy, and most analyses need none of it

    from equipoise.analysis.response.rates import clopper_pearson

    x1, t1 = _checked_rate(events1, exposure1)
    x2, t2 = _checked_rate(events2, exposure2)
    total = x1 + x2
    if total == 0:
        return RateRatio(math.nan, 0.0, math.inf, 1.0)
    _, low, high = clopper_pearson(x1, total, level=level)
    scale = t2 / t1
    mass = np.asarray(stats.binom.pmf(np.arange(total + 1), total, t1 / (t1 + t2)))
    p = min(1.0, float(mass[mass <= mass[x1] * EQUALLY_LIKELY].sum()))
    return RateRatio(
        x1 / x2 * scale if x2 else math.inf,
        low / (1 - low) * scale,
        high / (1 - high) * scale if high < 1 else math.inf,
        p,
    )


def rate_difference(
    events1: int, exposure1: float, events2: int, exposure2: float, *, level: float = 0.95
) -> Interval:
    """Rate of the first arm minus the second, by the square-and-add of the two exact intervals.

    Raises   InputError if events are no whole numbers or an exposure is not above 0.
    Source   Li, Tang & Wong 2014, Stat Methods Med Res 23:87 (hybrid limits of Zou & Donner).
    Checked  tests/byhand.
    """
    r1, l1, u1 = poisson_rate(events1, exposure1, level=level)
    r2, l2, u2 = poisson_rate(events2, exposure2, level=level)
    gap = r1 - r2
    return Interval(gap, gap - math.hypot(r1 - l1, u2 - r2), gap + math.hypot(u1 - r1, r2 - l2))


def onset(first: npt.ArrayLike, end: npt.ArrayLike) -> Onset:
    """Time to first onset for a Kaplan-Meier curve or an exposure-adjusted incidence rate.

    first : (n,) time of the first event, NaN without one; end : (n,) end of the time at risk
    An event after the end of the time at risk does not count.
    Raises   InputError naming the row of a missing or negative time.
    Checked  tests/byhand.
    """
    begin, last = np.asarray(first, dtype=float), np.asarray(end, dtype=float)
    if begin.shape != last.shape or begin.ndim != 1:
        raise InputError("first and end: expected two vectors of the same length")
    bad = ~np.isfinite(last) | (last < 0) | (begin < 0)
    if bad.any():
        row = int(np.argmax(bad))
        raise InputError(f"row {row + 1}: first {begin[row]}, end {last[row]}; expected times >= 0")
    event = begin <= last
    return Onset(np.where(event, begin, last), event)


def exposure_adjusted(found: Onset, *, unit: float = 1.0, level: float = 0.95) -> Interval:
    """Subjects with an event for each `unit` of time at risk before it (EAIR), exact limits.

    Raises   InputError if nobody was at risk.
    Checked  tests/byhand; tests/oracle/safety (R poisson.test).
    """
    return poisson_rate(int(found.event.sum()), float(found.time.sum()) / unit, level=level)
