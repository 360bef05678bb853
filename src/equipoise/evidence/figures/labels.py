"""What a figure calls its curves, and the numbers at risk below them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.evidence.figures.axes import (
    ALIGNED,
    FigureAxis,
    NumberRow,
    number,
    numbers_in_rows,
)
from equipoise.evidence.figures.drawing import Drawing

LEGEND = 0.25
"""A sample of a curve in a legend is shorter than this share of the page."""
BESIDE_SAMPLE = 0.05
"""A name in a legend begins within this share of the page of its sample."""
ABOVE = 0.06
"""What heads a row of numbers stands within this share of the page above it."""
NO_ARMS_COLOR = ("#000000", "#ffffff")
"""Words in black or white are not in a curve's color."""


def name_of(drawing: Drawing, color: str) -> str | None:
    """The words beside a sample of the curve; else the longest words in its color."""
    return _beside_sample(drawing, color) or _in_color(drawing, color)


def _beside_sample(drawing: Drawing, color: str) -> str | None:
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
            and 0.0 < word.x - right < BESIDE_SAMPLE * drawing.size
            and number(word.text) is None
        ]
        if words:
            return " ".join(word.text for word in sorted(words, key=lambda word: word.x))
    return None


def _in_color(drawing: Drawing, color: str) -> str | None:
    """A name at the end of a curve, or at the head of its numbers at risk."""
    if color in NO_ARMS_COLOR or len({word.color for word in drawing.words}) == 1:
        return None
    words = [w.text for w in drawing.words if w.color == color and number(w.text) is None]
    return max(words, key=len, default=None)


def at_risk_of(
    drawing: Drawing, x: FigureAxis, names: Mapping[str, str]
) -> dict[str, tuple[tuple[float, int], ...]]:
    """The numbers at risk of each curve, by color; empty where there are none.

    names : of the curves by color, in the order in which they are drawn
    A row belongs to the curve named on its line, or above it; else, of as many rows as curves, to
    the one in its place.
    """
    rows = _rows_below(drawing, x)
    found: dict[str, tuple[tuple[float, int], ...]] = {}
    for place, (color, name) in enumerate(names.items()):
        mine = [row for row in rows if _is_headed(drawing, row, color, name)]
        if not mine and len(rows) == len(names):
            mine = [rows[place]]
        found[color] = _numbers(mine[0], x) if mine else ()
    return found


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


def _is_headed(drawing: Drawing, row: NumberRow, color: str, name: str) -> bool:
    """Whether the words on the row's line, or those on the line above, name the curve."""
    heads = [w for w in drawing.words if number(w.text) is None]
    near = ALIGNED * drawing.size
    on = [w for w in heads if abs(w.y - row.where) < near]
    above = [w for w in heads if near <= w.y - row.where < ABOVE * drawing.size]
    if not on and above:
        lowest = min(w.y for w in above)
        on = [w for w in above if w.y - lowest < near]
    return any(w.text == name or (w.color == color and color not in NO_ARMS_COLOR) for w in on)


def _numbers(row: NumberRow, x: FigureAxis) -> tuple[tuple[float, int], ...]:
    """Each at the mark it is closest to: words begin left of it, by half their width."""
    at = [int(np.argmin(np.abs(x.marks - place))) for place in row.places]
    pairs = zip(x.numbers[at], row.numbers, strict=True)
    return tuple((float(t), int(n)) for t, n in pairs)
