"""Group-sequential design when hazards are not proportional: the average hazard ratio.

The log-rank statistic at each look is taken as normal with the average log hazard ratio of that
look, information under the null for its scale and under the alternative for its spread.

Source   Mukhopadhyay et al. 2022; Yung & Liu 2020.
Checked  tests/oracle/design (gsDesign2 gs_design_ahr).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log
from typing import NamedTuple

import numpy as np
from scipy import optimize

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.spending import Family
from equipoise.errors import InputError
from equipoise.kernels import boundaries as kernel
from equipoise.meaning.expected import AverageHazardRatio, Course, average_hazard_ratio


class AhrDesign(NamedTuple):
    """Looks of a design by average hazard ratio; lists have one value per look.

    crossing : probability under the alternative of crossing the bound at that look or before
    """

    subjects: float
    times: tuple[float, ...]
    looks: tuple[AverageHazardRatio, ...]
    upper: tuple[float | None, ...]
    crossing: tuple[float, ...]
    course: Course


def power_ahr(
    course: Course,
    *,
    times: Sequence[float],
    alpha: float = 0.025,
    efficacy: Family = "lan-demets-obf",
) -> AhrDesign:
    """Power of looks at calendar `times` under a course with any hazard ratio over time."""
    found = tuple(average_hazard_ratio(course, t) for t in times)
    null = np.array([a.null_information for a in found])
    upper = bounds((null / null[-1]).tolist(), alpha=alpha, efficacy=efficacy).upper
    crossing = _crossing(found, upper, 1.0)
    subjects = course.accrual.total(times[-1])
    return AhrDesign(subjects, tuple(times), found, upper, crossing, course)


def _crossing(
    found: Sequence[AverageHazardRatio], upper: Sequence[float | None], scale: float
) -> tuple[float, ...]:
    information = scale * np.array([a.information for a in found])
    null = scale * np.array([a.null_information for a in found])
    mean = -np.array([log(a.hazard_ratio) for a in found]) * np.sqrt(information)
    z = np.array([inf if u is None else u for u in upper]) * np.sqrt(information / null)
    lower = np.full(z.size, -inf)
    return tuple(
        map(float, np.cumsum(kernel.exits(kernel.Canonical(information, mean), lower, z)[0]))
    )


def size_ahr(
    course: Course,
    *,
    times: Sequence[float],
    alpha: float = 0.025,
    power: float = 0.9,
    efficacy: Family = "lan-demets-obf",
) -> AhrDesign:
    """Subjects for the wanted power: accrual keeps its shape and is scaled; looks keep their times.

    Raises   InputError if the hazards favor control, so that no size has this power.
    """
    start = power_ahr(course, times=times, alpha=alpha, efficacy=efficacy)

    def short(log_scale: float) -> float:
        return _crossing(start.looks, start.upper, float(np.exp(log_scale)))[-1] - power

    if short(-12.0) > 0.0 or short(12.0) < 0.0:
        raise InputError("no size reaches this power under these hazards")
    scale = float(np.exp(optimize.brentq(short, -12.0, 12.0, xtol=1e-13)))
    return power_ahr(course.faster(scale), times=times, alpha=alpha, efficacy=efficacy)
