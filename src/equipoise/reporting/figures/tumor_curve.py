"""The curve of the sum of diameters, with the lines that decide response and progression."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from html import escape
from itertools import pairwise
from typing import NamedTuple

from equipoise.adam.explain.patient import Patient
from equipoise.adam.explain.records import Fields
from equipoise.adam.recist.target import PROGRESSION_MM, PROGRESSION_RATIO, RESPONSE_RATIO
from equipoise.reporting.figures.style import INK

COLORS = {
    "CR": "#19764a", "PR": "#2f7d4c", "SD": "#5f6b77", "NON-CR/NON-PD": "#5f6b77",
    "PD": "#b3261e", "NE": "#66717c", "NED": "#66717c",
}  # fmt: skip
_RED, _GREEN = "#b3261e", "#19764a"
Height = Callable[[float], float]
_WORDS_WIDE = 216
_TICKS = (5, 10, 20, 25, 50, 100, 200)


class Scale(NamedTuple):
    """Days from the origin as x: `low` at `left`, `high` at `right`; the rest at the edge."""

    origin: dt.date
    low: float
    high: float
    left: float
    right: float

    def at_day(self, day: float) -> float:
        share = (min(max(day, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)

    def at(self, date: dt.date) -> float:
        return self.at_day((date - self.origin).days)


def progression_line(nadir: float) -> float:
    """The sum at which there is progression, mm: 20% and 5 mm above the nadir."""
    part, whole = PROGRESSION_RATIO
    return max(nadir * whole / part, nadir + PROGRESSION_MM)


def curve(patient: Patient, scale: Scale, top: float, height: float) -> Iterator[str]:
    """The sums from baseline on, the line of response, and the moving line of progression."""
    rows = [r for r in patient.readings if r.get("SUM") is not None]
    base = next((r["BASE"] for r in rows if r["BASE"] is not None), None)
    lines = [progression_line(r["NADIR"]) for r in rows if r["NADIR"] is not None]
    most: float = 1.08 * max([float(r["SUM"]) for r in rows] + lines)

    def y(value: float) -> float:
        return top + height - value / most * (height - 12)

    yield from _grid(scale, most, y)
    if base is not None:
        yield from _response_line(rows, float(base), scale, y)
    yield from _progression_steps(rows, scale, y)
    points = " ".join(f"{scale.at(r['ADT']):.1f},{y(r['SUM']):.1f}" for r in rows)
    yield f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="2"/>'
    for row in rows:
        number = patient.readings.index(row) + 1
        yield _point(row, scale.at(row["ADT"]), y(row["SUM"]), number)
    yield from _nadir(rows, scale, y)


def _grid(scale: Scale, most: float, y: Height) -> Iterator[str]:
    step = next((s for s in _TICKS if most / s <= 5), 500)
    for k in range(int(most // step) + 1):
        at = y(k * step)
        yield (
            f'<line x1="{scale.left}" x2="{scale.right}" y1="{at:.1f}" y2="{at:.1f}" '
            f'stroke="#eceff2"/>'
        )
        yield (
            f'<text x="{scale.left - 8}" y="{at + 4:.1f}" class="tick" text-anchor="end">'
            f"{k * step}</text>"
        )


def _response_line(rows: list[Fields], base: float, scale: Scale, y: Height) -> Iterator[str]:
    whole, part = RESPONSE_RATIO
    at, x = y(base * part / whole), scale.at(rows[0]["ADT"])
    yield (
        f'<line x1="{x:.1f}" x2="{scale.right}" y1="{at:.1f}" y2="{at:.1f}" stroke="{_GREEN}" '
        f'stroke-dasharray="5 4" opacity="0.75"/>'
    )
    yield (
        f'<text x="{scale.right}" y="{at - 5:.1f}" class="rule" fill="{_GREEN}" '
        f'text-anchor="end">response: 30% below baseline</text>'
    )


def _progression_steps(rows: list[Fields], scale: Scale, y: Height) -> Iterator[str]:
    """Between two readings, the sum at which the later one is progression."""
    path, last = "", None
    plateaus: list[tuple[float, float]] = []
    for before, row in pairwise(rows):
        if row["NADIR"] is None:
            continue
        at = y(progression_line(row["NADIR"]))
        x, end = scale.at(before["ADT"]), scale.at(row["ADT"])
        path += f"{'M' if not path else 'L'}{x:.1f} {at:.1f} L{end:.1f} {at:.1f} "
        if last is None or last[1] != at:
            plateaus.append((x, at))
        last = (end, at)
    if last is None:
        return
    x_text, y_text = _free(plateaus, last, [(scale.at(r["ADT"]), y(r["SUM"])) for r in rows], scale)
    yield (f'<path d="{path}" fill="none" stroke="{_RED}" stroke-dasharray="5 4" opacity="0.75"/>')
    yield (
        f'<text x="{x_text:.1f}" y="{y_text:.1f}" class="rule" fill="{_RED}">'
        f"progression: 20% and 5 mm above nadir</text>"
    )


def _free(
    plateaus: list[tuple[float, float]],
    last: tuple[float, float],
    points: list[tuple[float, float]],
    scale: Scale,
) -> tuple[float, float]:
    """Where the words about progression meet no point and no number: on a plateau, or beside."""
    wide = scale.right - _WORDS_WIDE
    places = [(x + 6, at - 6) for x, at in reversed(plateaus) if x < wide]
    places += [(last[0] + 12, last[1] + 4), (wide, last[1] - 6), (wide, last[1] - 22)]

    def is_free(place: tuple[float, float]) -> bool:
        x, y = place
        return x <= wide and not any(
            x - 16 < px < x + _WORDS_WIDE and y - 14 < py + 6 and py - 22 < y + 4
            for px, py in points
        )

    return next((place for place in places if is_free(place)), places[-1])


def _point(row: Fields, x: float, y: float, number: int) -> str:
    response = row.get("AVALC")
    color = COLORS.get(response or "", INK)
    whole = row["WHOLE"] == "Y"
    look = f'fill="{color if whole else "#fff"}" stroke="{color}" stroke-width="2"'
    part = "" if whole else ", not all targets measured"
    told = f"{row['ADT']}: {row['SUM']:g} mm{part}" + (
        f", {response}" if response else ", baseline"
    )
    return (
        f'<a href="#reading-{number}"><title>{escape(told)}</title>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {look}/>'
        f'<text x="{x:.1f}" y="{y - 10:.1f}" class="value" text-anchor="middle">'
        f"{row['SUM']:g}</text></a>"
    )


def _nadir(rows: list[Fields], scale: Scale, y: Height) -> Iterator[str]:
    whole = [r for r in rows if r["WHOLE"] == "Y"]
    if len(whole) < 2:
        return
    low = min(whole, key=lambda r: (r["SUM"], r["ADT"]))
    x, at = scale.at(low["ADT"]), y(low["SUM"])
    yield f'<text x="{x:.1f}" y="{at + 20:.1f}" class="rule" text-anchor="middle">nadir</text>'
