"""Survival at a milestone, compared between arms."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analysis.survival.arrays import arms_of, flags, level_checked, same_length, times
from equipoise.analysis.survival.curves.contrast import Effect, difference
from equipoise.analysis.survival.curves.kaplan_meier import kaplan_meier
from equipoise.errors import InputError


def milestone_difference(
    time: Any, event: Any, arm: Any, *, at: float, level: float = 0.95
) -> Effect:
    """S(at) of the experimental arm less that of control, Greenwood errors, Wald limits.

    time, event, arm : as `logrank`, two arms
    Raises   InputError if `at` is beyond the last time of an arm that is still at risk there.
    Source   Klein et al. 2007, Statistics in Medicine 26:4505 (untransformed).
    Checked  tests/oracle/survival (R survfit).
    """
    t, e = times(time), flags(event)
    code, k = arms_of(arm)
    same_length(time=t, event=e, arm=code)
    level_checked(level)
    if k != 2:
        raise InputError("arm: a milestone compares two arms")
    survival, variance = [], 0.0
    for a in (0, 1):
        curve = kaplan_meier(t[code == a], e[code == a])
        if at > curve.time[-1] and curve.survival[-1] > 0:
            raise InputError(
                f"at: {at:g} is beyond the last time of arm {a}, {curve.time[-1]:g}; "
                "its survival there is not known"
            )
        point = curve.at([at])
        survival.append(float(point.survival[0]))
        # once nobody survives, S is 0 and its Greenwood error is taken as 0
        variance += float(np.nan_to_num(point.std_err[0])) ** 2
    return difference(survival[1] - survival[0], float(np.sqrt(variance)), level=level)
