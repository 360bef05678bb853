"""Censoring after the last number at risk: over a window up to the end of the curve.

Subjects who entered evenly over time are, if nothing happens to them, censored evenly over a window
that ends with the curve; some may all be cut off at its end. Of the events' total, where it is
published, a window must leave that many.

Checked  tests/unit/evidence/test_likely.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.evidence.curve import Points
from equipoise.evidence.guyot import AtRisk
from equipoise.evidence.nodes import ArmNodes

FEW = 3
"""So few left at the last number at risk that the window does not matter."""
STARTS, STAYING = (0.0, 0.35, 0.7), (0.0, 0.4)
"""Windows tried where nothing but the number at the start is known."""
CUT_OFF = (0.0, 0.3, 0.6)
"""Shares that stay to the end, each with the window that leaves the published events."""
GRID = 50
TOLERANCE = 0.03
"""A window may miss the events by so much of those at risk more than the best does."""


class Window(NamedTuple):
    """From `start` to the curve's end subjects are censored evenly, but a share `staying` at it."""

    start: float
    staying: float


class Tail(NamedTuple):
    """The curve from its last number at risk on; entering : that number over S there."""

    points: Points
    start: float
    end: float
    entering: float
    at_risk: int


def tail_of(points: Points, at_risk: AtRisk) -> Tail:
    """The curve after its last number at risk."""
    start, number = float(at_risk.time[-1]), int(at_risk.number[-1])
    height = float(np.interp(start, points.time, points.survival))
    return Tail(points, start, float(points.time[-1]), number / max(height, 1e-9), number)


def windows_of(tail: Tail, *, events: float | None, alone: bool) -> list[Window]:
    """The windows worth weighing.

    events : what the tail has of the published total; alone : no number at risk but the first
    """
    length = tail.end - tail.start
    if length <= 0.0 or tail.at_risk < FEW:
        return [Window(tail.start, 0.0)]
    if events is not None:
        return _leaving(tail, tail.at_risk - events)
    starts = STARTS if alone else STARTS[:1]
    return [Window(tail.start + a * length, f) for f in STAYING for a in starts]


def _leaving(tail: Tail, censored: float) -> list[Window]:
    """For each share that stays, the window closest to so many censored, if it is close enough."""
    found = []
    for staying in CUT_OFF:
        starts = np.linspace(tail.start, tail.end, GRID, endpoint=False)
        misses = [abs(censored_in(tail, Window(a, staying)) - censored) for a in starts]
        best = int(np.argmin(misses))
        found.append((misses[best], Window(float(starts[best]), staying)))
    close = min(miss for miss, _ in found) + max(1.0, TOLERANCE * tail.at_risk)
    return [window for miss, window in found if miss <= close]


def censored_in(tail: Tail, window: Window) -> float:
    """How many a window censors: of those who would be there without it, those still event-free."""
    at = np.linspace(window.start, tail.end, 8 * GRID)
    height = np.interp(at, tail.points.time, tail.points.survival)
    inside = (1.0 - window.staying) * float(height.mean())
    return tail.entering * (inside + window.staying * float(height[-1]))


def expected_in(tail: Tail, window: Window, readings: ArmNodes) -> Floats:
    """Expected censored before each node of the tail, 0 before it."""
    low = np.maximum(readings.start, window.start)
    high = np.minimum(readings.end, tail.end)
    share = np.maximum(high - low, 0.0) / max(tail.end - window.start, 1e-9)
    height = np.interp((low + high) / 2.0, tail.points.time, tail.points.survival)
    after = readings.start >= tail.start
    return np.asarray(np.where(after, tail.entering * height * (1.0 - window.staying) * share, 0.0))
