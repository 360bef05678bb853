"""Tables that can be read but are not what they are taken for: percent, incidence, other units."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from equipoise.errors import DataError, Finding
from equipoise.evidence.published import SLACK, Published

BEYOND = 3.0
"""Subjects at risk at this multiple of the curve's end are those of another unit of time: of weeks
and months the ratio is 4. A curve of which only steps were read ends before its last subject."""
FIRST_SHARE, SEVERAL = 0.2, 3
"""So many numbers at risk or more, all in this first share of the curve, may be in another unit."""
RISE = 0.1
"""A curve that ends so much higher than it begins is one of incidence."""
TOO_FAR = 0.1
"""The curve falls further than the numbers at risk allow, by this share of those at risk."""


def refuse_misread(arms: Sequence[Published], *, percent: bool) -> None:
    """Raises DataError for arms that cannot be survival in the unit and on the scale stated."""
    faults = [fault for arm in arms for fault in _faults(arm, percent=percent)]
    if faults:
        raise DataError(faults)


def _faults(arm: Published, *, percent: bool) -> list[Finding]:
    where = f"arm {arm.arm}" if arm.arm else "curve"
    order = np.argsort(arm.time, kind="stable")
    height, end = arm.survival[order], float(arm.time.max())
    found = []
    if percent and height.max() <= (1.0 + SLACK) / 100.0:
        told = f"survival goes from {100 * height.min():g} to {100 * height.max():g}"
        found.append(Finding(where, told, "expected percent; without --percent it is a fraction"))
    elif height[-1] > height[0] + RISE:
        told = f"the curve rises from {height[0]:g} to {height[-1]:g}"
        found.append(Finding(where, told, "expected survival; --incidence reads 1 - S"))
    beyond = (arm.at_risk.time > BEYOND * end) & (arm.at_risk.number > 0)
    if beyond.any():
        k = int(np.argmax(beyond))
        told = f"{arm.at_risk.number[k]} at risk at {arm.at_risk.time[k]:g}, curve up to {end:g}"
        found.append(Finding(where, told, "expected one unit of time in both tables"))
    return found


def doubts(arm: Published) -> list[str]:
    """What may be another unit or another arm, and may be not."""
    found = []
    last, end = float(arm.at_risk.time[-1]), float(arm.time.max())
    if len(arm.at_risk.time) >= SEVERAL and last < FIRST_SHARE * end:
        told = f"the numbers at risk end at {last:g}, the curve at {end:g}"
        found.append(f"{told}: is the unit of time the same?")
    for (t0, n0, s0), (t1, n1, s1) in pairwise(_heights(arm)):
        dead = n0 * (1.0 - s1 / s0) if s0 > 0.0 else 0.0
        if dead > n0 - n1 + max(1.0, TOO_FAR * n0):
            told = f"from {t0:g} to {t1:g} the curve falls from {s0:.3g} to {s1:.3g}"
            found.append(f"{told}, which {n0:g} and {n1:g} at risk do not allow")
            break
    return found


def _heights(arm: Published) -> list[tuple[float, float, float]]:
    """Time, number and S at the numbers at risk."""
    order = np.lexsort((-arm.survival, arm.time))
    t, s = np.append(0.0, arm.time[order]), np.append(1.0, arm.survival[order])
    height = np.interp(arm.at_risk.time, t, s)
    return list(zip(arm.at_risk.time.tolist(), arm.at_risk.number.tolist(), height.tolist()))
