"""Survival curves among a figure's lines, with their names, marks and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.figures.axes import ALIGNED, FigureAxis, axis_of
from equipoise.evidence.figures.drawing import Drawing, Stroke
from equipoise.evidence.figures.labels import at_risk_of, name_of
from equipoise.evidence.figures.marks import marks_on

FEWEST_STEPS = 2
TOP = 0.02
"""A survival curve begins this close to 1, and to time 0 in shares of the axis."""


class FigureCurve(NamedTuple):
    """One curve: its name or color, feet of its steps and its end, numbers at risk if printed,
    and the times of its censoring marks.
    """

    arm: str
    time: Floats
    survival: Floats
    at_risk: tuple[tuple[float, int], ...]
    censored: Floats


def curves_of(
    drawing: Drawing,
    *,
    x_axis: tuple[float, float] | None = None,
    y_axis: tuple[float, float] | None = None,
) -> list[FigureCurve]:
    """The step curves that fall from 1, in the order in which they are drawn.

    x_axis, y_axis : values at the first and last mark, where the figure's own cannot be read
    Raises   InputError if the axes cannot be read, or there is no such curve.
    """
    x = axis_of(drawing, along=0, ends=x_axis)
    y = axis_of(drawing, along=1, ends=y_axis)
    if y.value(y.marks).max() > 2.0:
        y = y._replace(at=y.at / 100.0, per=y.per / 100.0)
    found = {}
    long_first = sorted(drawing.lines, key=lambda line: len(line.points) <= 2 * FEWEST_STEPS)
    for color in dict.fromkeys(line.color for line in long_first):
        mine = [line for line in drawing.lines if line.color == color]
        curve = _curve(mine, x, y, drawing.size)
        if curve is not None:
            found[color] = curve
    if not found:
        raise InputError("figure: no step curve that falls from 1 was found among its lines")
    names = {color: name_of(drawing, color) or color for color in found}
    numbers = at_risk_of(drawing, x, names)
    return [
        FigureCurve(names[c], *curve, numbers[c], marks_on(drawing, c, curve, x, y))
        for c, curve in found.items()
    ]


def _curve(
    lines: Sequence[Stroke], x: FigureAxis, y: FigureAxis, size: float
) -> tuple[Floats, Floats] | None:
    """The longest step curve of one color; solid before dashed, whose ends may be limits."""
    for dashed in (False, True):
        mine = [line for line in lines if line.dashed == dashed]
        whole = [*_chains(mine, size), *mine]
        for line in sorted(whole, key=lambda line: -len(line.points)):
            time, height = x.value(line.points[:, 0]), y.value(line.points[:, 1])
            if _is_curve(line, time, height, x, size):
                return _feet(time, height, line, size)
    return None


def _chains(lines: Sequence[Stroke], size: float) -> list[Stroke]:
    """Pieces that begin where the one before ends, as one line."""
    chains: list[list[Any]] = [[]]
    for line in lines:
        last = chains[-1]
        if last and np.abs(last[-1] - line.points[0]).max() > ALIGNED * size / 10.0:
            chains.append([])
        chains[-1].extend(line.points)
    return [Stroke(np.array(chain).reshape(-1, 2), "", False) for chain in chains if chain]


def _is_curve(line: Stroke, time: Floats, height: Floats, x: FigureAxis, size: float) -> bool:
    """Steps only, to the right and down, from the beginning of the axis and the top."""
    step = np.abs(np.diff(line.points, axis=0))
    straight = step.min(axis=1) < ALIGNED * size / 10.0
    long = abs(float(np.ptp(x.value(x.marks))))
    near = 1e-3
    return bool(
        len(line.points) > 2 * FEWEST_STEPS
        and straight.all()
        and (np.diff(time) > -near * long).all()
        and (np.diff(height) < near).all()
        and abs(height[0] - 1.0) < TOP
        and abs(time[0]) < TOP * long
    )


def _feet(time: Floats, height: Floats, line: Stroke, size: float) -> tuple[Floats, Floats]:
    """(0, 1), the foot of every step, and the end."""
    down = np.abs(np.diff(line.points[:, 0])) < ALIGNED * size / 100.0
    falls = np.append(False, down & (np.diff(height) < 0.0))
    foot = falls & ~np.append(falls[1:], False)
    foot[-1] = True
    t = np.append(0.0, time[foot])
    return np.maximum(t, 0.0), np.append(1.0, np.clip(height[foot], 0.0, 1.0))
