"""Power and size of the log-rank test at calendar looks, under any hazards.

Z at the looks is taken as a Gaussian chain with the mean, the variances and the correlations of
neighboring looks that `logrank_moments` gives, bent by its skewness (Cornish & Fisher).

Source   Yung & Liu 2020; Mukhopadhyay et al. 2022 (the average hazard ratio that goes with a look).
Checked  tests/oracle/test_logrank_oracle.py (simulated trials); tests/oracle/design (gsDesign2).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.design.bounds import integration
from equipoise.design.bounds.boundaries import bounds
from equipoise.design.size.logrank_moments import Moments, logrank_moments
from equipoise.design.size.model import check_errors
from equipoise.errors import InputError
from equipoise.meaning.expected import AverageHazardRatio, Course, average_hazard_ratio
from equipoise.protocol.language.families import Family
from equipoise.roots import root


class LogrankDesign(NamedTuple):
    """Looks of a log-rank test; lists have one value per look, and numbers are not rounded.

    upper : Z; None where the look has no bound
    crossing : probability under the course of crossing the bound at that look or before
    """

    subjects: float
    times: tuple[float, ...]
    looks: tuple[AverageHazardRatio, ...]
    upper: tuple[float | None, ...]
    crossing: tuple[float, ...]
    course: Course

    def to_dict(self) -> dict[str, Any]:
        return {
            "method": "log-rank",
            "subjects": self.subjects,
            "power": self.crossing[-1],
            "times": list(self.times),
            "events": [look.events for look in self.looks],
            "average_hazard_ratio": [look.hazard_ratio for look in self.looks],
            "upper": list(self.upper),
            "crossing": list(self.crossing),
        }


def power_logrank(
    course: Course,
    *,
    times: Sequence[float],
    alpha: float = 0.025,
    efficacy: Family = "lan-demets-obf",
) -> LogrankDesign:
    """Power of looks at calendar `times` under a course with any hazard ratio over time.

    Bounds are those at the events expected; alpha is one-sided.
    Raises   InputError unless times rise and bring events on both arms.
    """
    looks, upper = _looks(course, times, alpha, efficacy)
    crossing = _crossing(logrank_moments(course, times), upper)
    return LogrankDesign(
        course.accrual.total(times[-1]), tuple(times), looks, upper, crossing, course
    )


def size_logrank(
    course: Course,
    *,
    times: Sequence[float],
    alpha: float = 0.025,
    power: float = 0.9,
    efficacy: Family = "lan-demets-obf",
) -> LogrankDesign:
    """Subjects for the wanted power: accrual keeps its shape and is scaled; looks keep their times.

    Raises   InputError if the hazards favor control, so that no size has this power.
    """
    check_errors(alpha=alpha, sides=1, power=power)
    _, upper = _looks(course, times, alpha, efficacy)
    moments = logrank_moments(course, times)
    none = np.zeros(len(times))
    near = _scale(moments._replace(bias=none, skewness=none), upper, power, (-30.0, 30.0))
    around = (near - 0.7, near + 0.7)  # half and double the subjects
    scale = float(np.exp(_scale(moments, upper, power, around)))
    return power_logrank(course.faster(scale), times=times, alpha=alpha, efficacy=efficacy)


def _scale(
    moments: Moments, upper: Sequence[float | None], power: float, between: tuple[float, float]
) -> float:
    """Logarithm of the factor on the subjects that gives the power."""

    def short(log_scale: float) -> float:
        return _crossing(moments.scaled(float(np.exp(log_scale))), upper)[-1] - power

    if short(between[0]) > 0.0 or short(between[1]) < 0.0:
        raise InputError("no size reaches this power under these hazards")
    return root(short, *between, xtol=1e-13)


def _looks(
    course: Course, times: Sequence[float], alpha: float, efficacy: Family
) -> tuple[tuple[AverageHazardRatio, ...], tuple[float | None, ...]]:
    if not times or any(b <= a for a, b in pairwise((0.0, *times))):
        raise InputError(f"looks at {list(times)}: expected times above 0 that rise")
    looks = tuple(average_hazard_ratio(course, t) for t in times)
    share = [look.events / looks[-1].events for look in looks]
    return looks, bounds(share, alpha=alpha, efficacy=efficacy).upper


def _crossing(moments: Moments, upper: Sequence[float | None]) -> tuple[float, ...]:
    """Probability of having crossed by each look."""
    spread = np.sqrt(np.diag(moments.covariance))
    x = np.array([inf if u is None else u for u in upper])
    x = (x - moments.leading - moments.bias) / spread
    bent = np.where(np.isfinite(x), moments.skewness / 6.0 * (np.minimum(x, 1e3) ** 2 - 1.0), 0.0)
    information = _chain(moments.covariance, spread)
    looks = integration.Canonical(information, np.zeros_like(information))
    above, _ = integration.exits(looks, np.full(x.size, -inf), x - bent)
    return tuple(map(float, np.cumsum(above)))


def _chain(covariance: Floats, spread: Floats) -> Floats:
    """Information at which independent increments have the correlation of neighboring looks."""
    correlation = np.diag(covariance, 1) / (spread[1:] * spread[:-1])
    return np.concatenate([[1.0], np.cumprod(correlation**-2.0)])
