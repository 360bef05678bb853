"""From points read off a printed curve to drops that never rise.

Source   Guyot et al. 2012 (points in order, S not rising); isotonic regression in place of the
         running minimum, since reading errors go both ways and a minimum would pull the curve down.
Checked  tests/unit/evidence/test_curve.py.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression

from equipoise.arrays import Floats
from equipoise.evidence.guyot import Drops

Reading = Literal["steps", "samples"]

EVEN_GAP = 0.1
"""Gaps within a tenth of the median gap are even: plot coordinates are rounded."""
MOST = 0.9
"""The share of gaps, or of points, that makes a habit."""


class Points(NamedTuple):
    """A cleaned curve, from (0, 1) on: (N,) times ascending, S within 0..1 and never rising.

    moved : (N,) how far cleaning moved each S
    """

    time: Floats
    survival: Floats
    moved: Floats


def cleaned(time: Floats, survival: Floats) -> Points:
    """Points in order, within 0..1, starting at (0, 1), S not rising.

    time, survival : (n,) as read; of several points at one time the highest and the lowest stay,
    the ends of a vertical line
    """
    order = np.lexsort((-survival, time))
    t, s = time[order], survival[order]
    first = np.append(True, t[1:] != t[:-1])
    last = np.append(first[1:], True)
    t, s = t[first | last], s[first | last]
    inside = np.clip(s, 0.0, 1.0)
    falling = np.asarray(isotonic_regression(inside, increasing=False).x)
    start = t[0] > 0.0 or falling[0] < 1.0
    at_first = ([0.0], [1.0], [0.0]) if start else ([], [], [])
    columns = (t, falling, falling - s)
    return Points(*(np.append(head, body) for head, body in zip(at_first, columns, strict=True)))


def way_of_reading(points: Points) -> Reading:
    """Whether each point is the foot of a step, or the curve was sampled.

    Even times, or level stretches between the points, are those of a sampled curve; the level
    stretch after the last event counts for neither. Where the curve falls on vertical lines, of
    which both ends were read, the lower ends are the feet.
    """
    fallen = -np.diff(points.survival)
    if fallen[np.diff(points.time) == 0.0].sum() >= MOST * max(fallen.sum(), EVEN_GAP):
        return "steps"
    gaps = np.diff(np.unique(points.time))
    even = np.abs(gaps - np.median(gaps)) <= EVEN_GAP * np.median(gaps)
    falls = np.trim_zeros(np.diff(points.survival) < 0.0, "b")
    if not len(falls):
        return "samples"
    steps = float(falls.mean()) >= MOST and float(even.mean()) < MOST
    return "steps" if steps else "samples"


def drops_of(points: Points, at_risk: Floats, *, reading: Reading) -> Drops:
    """The curve's drops, none of which crosses a time of `at_risk`.

    reading : steps - each drop is on its point's time; samples - somewhere since the point before
    """
    t, s = points.time, points.survival
    if reading == "steps":
        foot = np.append(t[1:] != t[:-1], True)
        t, s = t[foot], s[foot]
        return Drops(t[1:], t[1:], s[1:])
    inside = np.setdiff1d(at_risk[at_risk < t[-1]], t)
    times = np.append(t, inside)
    order = np.argsort(times, kind="stable")
    times, heights = times[order], np.append(s, np.interp(inside, t, s))[order]
    return Drops(times[:-1], times[1:], heights[1:])


def median_of(drops: Drops) -> float | None:
    """Where the published curve comes down to one half; None if it does not.

    The middle of a stretch that lies exactly on one half, as for any Kaplan-Meier curve.
    """
    at = (drops.after + drops.time) / 2.0
    below = np.flatnonzero(drops.survival <= 0.5)
    if not len(below):
        return None
    first = below[0]
    lower = np.flatnonzero(drops.survival < 0.5)
    if drops.survival[first] < 0.5:
        return float(at[first])
    end = at[lower[0]] if len(lower) else drops.time[-1]
    return float((at[first] + end) / 2.0)
