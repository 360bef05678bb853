"""From places on a page to time and survival: marks along an axis and the numbers beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.figures.drawing import Drawing, Word

MARK = 0.04
"""A mark is a straight line shorter than this share of the page."""
ALIGNED = 0.004
"""Places that differ by less than this share of the page are on one line."""
FEWEST_MARKS = 3
_MORE = re.compile(r"(?:\s*(?:\([\d.,%\s]*\)|\[[\d.,%\s]*\]))+$")
"""What tables print behind a number at risk: events or censored, in brackets."""
STRAIGHT = 0.02
"""Marks and their numbers lie on a straight line to this share of a step."""


class FigureAxis(NamedTuple):
    """value = at + per * place; where : the line of the marks, across; marks : their places;
    numbers : what is printed at them.
    """

    at: float
    per: float
    where: float
    marks: Floats
    numbers: Floats

    def value(self, place: Floats) -> Floats:
        return np.asarray(self.at + self.per * place)


class NumberRow(NamedTuple):
    """Numbers that stand in one line, by place along it."""

    where: float
    places: Floats
    numbers: Floats


def axis_of(drawing: Drawing, *, along: int, ends: tuple[float, float] | None) -> FigureAxis:
    """The axis along x (0) or y (1).

    ends : values at its first and last mark, where they cannot be read from the figure
    Raises   InputError if there are no marks, or no numbers that belong to them.
    """
    name = "xy"[along]
    rows = _marks(drawing, along)
    if not rows:
        raise InputError(f"axis {name}: no marks found on the figure")
    if ends is not None:
        where, places = max(rows, key=lambda row: len(row[1]))
        return _fitted(where, places, np.linspace(ends[0], ends[1], len(places)))
    labels = [*numbers_in_rows(drawing, along), *numbers_in_rows(drawing.at_ends(), along)]
    pairs = [
        (abs(label.where - where), where, places, label.numbers)
        for where, places in rows
        for label in labels
        if len(label.numbers) == len(places) and label.where < where
    ]
    for _, where, places, numbers in sorted(pairs, key=lambda pair: pair[0]):
        found = _fitted(where, places, numbers)
        step = abs(found.per) * float(np.diff(places).mean())
        if np.abs(found.value(places) - numbers).max() <= STRAIGHT * step:
            return found
    raise InputError(
        f"axis {name}: the numbers at its marks cannot be read; expected --{name}-axis FIRST,LAST"
    )


def _fitted(where: float, places: Floats, values: Floats) -> FigureAxis:
    per, at = np.polyfit(places, values, 1)
    return FigureAxis(float(at), float(per), where, places, values)


def _marks(drawing: Drawing, along: int) -> list[tuple[float, Floats]]:
    """Lines across the axis that begin on one line: that line, and their places."""
    near = ALIGNED * drawing.size
    marks = []
    for line in drawing.lines:
        if len(line.points) != 2:
            continue
        extent = np.ptp(line.points, axis=0)
        if extent[along] < near / 10.0 and 0.0 < extent[1 - along] < MARK * drawing.size:
            high = float(line.points[:, 1 - along].max())
            marks.append((high, float(line.points[0, along]), float(extent[1 - along])))
    rows = []
    for row in in_lines(marks, near):
        # long marks have numbers, short ones between them have none
        lengths = {round(long / near) for _, _, long in row}
        for some in (None, *(lengths if len(lengths) > 1 else ())):
            mine = [place for _, place, long in row if some in (None, round(long / near))]
            distinct = np.unique(np.round(mine, 6))
            if len(distinct) >= FEWEST_MARKS and np.ptp(np.diff(distinct)) < near:
                rows.append((row[0][0], distinct))
    return rows


_Placed = TypeVar("_Placed", bound=tuple[Any, ...])


def in_lines(places: Sequence[_Placed], near: float) -> list[list[_Placed]]:
    """Places whose first coordinates are close, together."""
    found: list[list[_Placed]] = []
    for place in sorted(places, key=lambda one: one[:2]):
        if not found or place[0] - found[-1][-1][0] > near:
            found.append([])
        found[-1].append(place)
    return found


def number(text: str) -> float | None:
    """A printed number, percent as it stands; the first of `84 (3) [12]`."""
    alone = _MORE.sub("", text.strip())
    try:
        return float(alone.replace("\N{MINUS SIGN}", "-").replace(",", ".").rstrip("%"))
    except ValueError:
        return None


def numbers_in_rows(drawing: Drawing, along: int) -> list[NumberRow]:
    """Numbers that stand in lines along x or y, in order."""
    known = [(*place_of(word, along), number(word.text)) for word in drawing.words]
    rows = []
    for line in in_lines([one for one in known if one[2] is not None], ALIGNED * drawing.size):
        ordered = np.array(sorted(one[1:] for one in line), dtype=np.float64)
        rows.append(NumberRow(line[0][0], ordered[:, 0], ordered[:, 1]))
    return rows


def place_of(word: Word, along: int) -> tuple[float, float]:
    """Across and along."""
    return (word.y, word.x) if along == 0 else (word.x, word.y)
