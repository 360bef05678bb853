"""Survival curves among a figure's lines, with their names, marks and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.figures.axes import (
    ALIGNED,
    FigureAxis,
    NumberRow,
    axis_of,
    number,
    numbers_in_rows,
)
from equipoise.evidence.figures.drawing import Drawing, Stroke

FEWEST_STEPS = 2
TOP = 0.02
"""A survival curve begins this close to 1, and to time 0 in shares of the axis."""
LEGEND = 0.25
"""A sample of a curve in a legend is shorter than this share of the page."""


class FigureCurve(NamedTuple):
    """One curve: its name or color, feet of its steps and its end, numbers at risk if printed."""

    arm: str
    time: Floats
    survival: Floats
    at_risk: tuple[tuple[float, int], ...]


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
    for color in dict.fromkeys(line.color for line in drawing.lines):
        mine = [line for line in drawing.lines if line.color == color]
        curve = _curve(mine, x, y, drawing.size)
        if curve is not None:
            found[color] = curve
    if not found:
        raise InputError("figure: no step curve that falls from 1 was found among its lines")
    rows = _rows_below(drawing, x)
    names = [_name(drawing, color) or color for color in found]
    return [
        FigureCurve(name, *curve, _at_risk(drawing, rows, x, name, k, len(found)))
        for k, (name, curve) in enumerate(zip(names, found.values(), strict=True))
    ]


def _curve(
    lines: Sequence[Stroke], x: FigureAxis, y: FigureAxis, size: float
) -> tuple[Floats, Floats] | None:
    """The longest step curve of one color; solid before dashed, whose ends may be limits."""
    solid = sorted(lines, key=lambda line: (line.dashed, -len(line.points)))
    for line in (*solid, _joined([one for one in lines if not one.dashed], size)):
        time, height = x.value(line.points[:, 0]), y.value(line.points[:, 1])
        if _is_curve(line, time, height, x, size):
            return _feet(time, height, line, size)
    return None


def _joined(lines: Sequence[Stroke], size: float) -> Stroke:
    """Pieces that begin where the one before ends, as one line; the longest such chain."""
    chains: list[list[Any]] = [[]]
    for line in lines:
        last = chains[-1]
        if last and np.abs(last[-1] - line.points[0]).max() > ALIGNED * size / 10.0:
            chains.append([])
        chains[-1].extend(line.points)
    best = max(chains, key=len)
    return Stroke(np.array(best).reshape(-1, 2), "", False)


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


def _name(drawing: Drawing, color: str) -> str | None:
    """The words to the right of a short level line in this color."""
    near = 3.0 * ALIGNED * drawing.size
    for line in drawing.lines:
        across, along = np.ptp(line.points[:, 1]), np.ptp(line.points[:, 0])
        short = 0.0 < along < LEGEND * drawing.size
        if line.color != color or not short or across > near / 10.0:
            continue
        right, level = float(line.points[:, 0].max()), float(line.points[0, 1])
        words = [
            word
            for word in drawing.words
            if abs(word.y - level) < near
            and 0.0 < word.x - right < 0.05 * drawing.size
            and number(word.text) is None
        ]
        if words:
            return " ".join(word.text for word in sorted(words, key=lambda word: word.x))
    return None


def _rows_below(drawing: Drawing, x: FigureAxis) -> list[NumberRow]:
    """Whole numbers that never rise, in rows below the numbers of the time axis."""
    rows = [row for row in numbers_in_rows(drawing, 0) if row.where < x.where]
    below = sorted(rows, key=lambda row: -row.where)[1:]
    return [
        row
        for row in below
        if len(row.numbers) > 1
        and (row.numbers == np.round(row.numbers)).all()
        and (np.diff(row.numbers) <= 0.0).all()
        and len(row.numbers) <= len(x.marks)
    ]


def _at_risk(
    drawing: Drawing, rows: Sequence[NumberRow], x: FigureAxis, name: str, place: int, curves: int
) -> tuple[tuple[float, int], ...]:
    """The row whose line names the curve; else, of as many rows as curves, the one in its place."""
    near = ALIGNED * drawing.size
    mine = [
        row
        for row in rows
        if any(abs(w.y - row.where) < near and w.text == name for w in drawing.words)
    ]
    if not mine and len(rows) == curves:
        mine = [rows[place]]
    if not mine:
        return ()
    # words begin left of the mark they belong to, by half their width
    marks = x.marks
    at = [int(np.argmin(np.abs(marks - p))) for p in mine[0].places]
    values = x.value(marks[at])
    return tuple(
        (round(float(t), 6) + 0.0, int(n)) for t, n in zip(values, mine[0].numbers, strict=True)
    )
