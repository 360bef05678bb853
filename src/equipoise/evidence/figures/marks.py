"""Censoring marks on a curve: short upright strokes in its color that stand on it or across it."""

from __future__ import annotations

import numpy as np

from equipoise.arrays import Floats
from equipoise.evidence.figures.axes import ALIGNED, MARK, FigureAxis
from equipoise.evidence.figures.drawing import Drawing

ON = 0.004
"""A mark is on the curve within this share of the survival axis."""
SAME_TIME = 2e-5
"""A mark so close to a step, as a share of the time axis, is on the step's day: after its events,
as marks are drawn."""


def marks_on(
    drawing: Drawing, color: str, curve: tuple[Floats, Floats], x: FigureAxis, y: FigureAxis
) -> Floats:
    """Times of the marks on a curve, ascending; (0,) if it has none.

    curve : times and survival at the feet of its steps
    """
    time, survival = curve
    near = SAME_TIME * float(np.ptp(x.value(x.marks)))
    found = []
    for line in drawing.lines:
        if line.color != color or len(line.points) != 2 or not _upright(line.points, drawing.size):
            continue
        at = float(x.value(line.points[:1, 0])[0])
        low, high = np.sort(y.value(line.points[:, 1]))
        after = survival[np.searchsorted(time, at + near, side="right") - 1]
        before = survival[np.searchsorted(time, at - near, side="left") - 1]
        stands = (low, high, (low + high) / 2.0)
        if (
            0.0 < at <= time[-1] + near
            and min(abs(place - height) for place in stands for height in (before, after)) < ON
        ):
            found.append(at)
    return _snapped(np.unique(np.array(found, dtype=np.float64)), time, near)


def _upright(points: Floats, size: float) -> bool:
    across, along = np.ptp(points, axis=0)
    return bool(across < ALIGNED * size / 10.0 and 0.0 < along < MARK * size)


def _snapped(marks: Floats, time: Floats, near: float) -> Floats:
    """Marks beside a step are on it; of several so close only one."""
    place = np.searchsorted(time, marks - near).clip(0, len(time) - 1)
    on = np.abs(time[place] - marks) <= near
    marks = np.where(on, time[place], marks)
    return marks[np.append(True, np.diff(marks) > near)] if len(marks) else marks
