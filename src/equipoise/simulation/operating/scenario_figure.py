"""A grid of scenarios as one figure of small multiples."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from equipoise.calendar import DAYS_PER_MONTH, months
from equipoise.meaning.variation.scenario import TRUTH
from equipoise.reporting.figures.style import ARMS, CONTROL, FAINT, canvas, svg
from equipoise.simulation.operating.characteristics import Operating
from equipoise.simulation.operating.grid import Point
from equipoise.units import parse_duration, parse_number

GridResults = Sequence[tuple[Point, Operating]]
SHOWN = {"power": "Power", "expected events": "Expected events",
         "expected duration": "Expected duration, months"}  # fmt: skip
ERRORS_SHOWN = 1.96  # Monte Carlo standard errors to each side of a point
MARKS = "os^Dv<>P"
LEAST_SPAN = 0.2  # of the middle of a panel, that its y axis covers
LONGEST_TICK = 16  # characters, then a new line


@dataclass(frozen=True, slots=True)
class Abscissa:
    """What stands along the x axis of a grid: numbers, or places with names.

    name : what is varied, or "" for truths; at : value as written -> position
    """

    name: str
    label: str
    at: dict[str, float]
    is_number: bool

    def of(self, point: Point) -> float:
        return self.at[point.set.get(self.name, point.scenario.name)]


def abscissa(points: Sequence[Point]) -> Abscissa:
    """The first thing varied whose values are numbers or durations; else the first of all."""
    varied = [name for name in points[0].set if len({p.set[name] for p in points}) > 1]
    for name in varied:
        values = list(dict.fromkeys(p.set[name] for p in points))
        found = _numbers(values)
        if found is not None:
            label = name if _is_number(values[0]) else f"{name}, months"
            return Abscissa(name, label, dict(zip(values, found, strict=True)), True)
    name = next(iter(varied or points[0].set), "")
    places = dict.fromkeys(p.set.get(name, p.scenario.name) for p in points)
    return Abscissa(name, name or TRUTH, {v: float(k) for k, v in enumerate(places)}, False)


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _numbers(values: list[str]) -> list[float] | None:
    """Numbers as they are, durations in months; None if one of them is neither."""
    if all(_is_number(v) for v in values):
        return [parse_number(v) for v in values]
    try:
        return [parse_duration(v).days / DAYS_PER_MONTH for v in values]
    except ValueError:
        return None


def figure(results: GridResults) -> str:
    """A row of panels per grid and hypothesis: power, events, duration; lines for a second axis."""
    rows = [
        (own, hypothesis)
        for grid in dict.fromkeys(point.grid for point, _ in results)
        if (own := [(p, f) for p, f in results if p.grid == grid])
        for hypothesis in dict.fromkeys(r.hypothesis for r in own[0][1].rows if r.hypothesis)
    ]
    with canvas(3.6 * len(SHOWN), 0.7 + 2.7 * len(rows)) as page:
        page.set_layout_engine("constrained", h_pad=0.1, w_pad=0.08)
        panels = page.subplots(len(rows), len(SHOWN), squeeze=False)
        for line, (own, hypothesis) in zip(panels, rows, strict=True):
            _row(line, own, hypothesis)
        trials = results[0][1].trials
        page.suptitle(
            f"Virtual patients: {trials:,} trials a point, the same random numbers at each; "
            f"bars are {ERRORS_SHOWN} Monte Carlo standard errors",
            fontsize=9.5,
        )
        return svg(page, escape("Scenarios of virtual patients side by side"))


def _row(panels: Any, results: GridResults, hypothesis: str) -> None:
    points = [point for point, _ in results]
    across = abscissa(points)
    curves: dict[str, list[tuple[Point, Operating]]] = {}
    for point, found in results:
        rest = {k: v for k, v in point.set.items() if k != across.name}
        key = ", ".join(v if k == TRUTH else f"{k} {v}" for k, v in rest.items())
        curves.setdefault(key, []).append((point, found))
    for panel, (statistic, title) in zip(panels, SHOWN.items(), strict=True):
        for number, (label, line) in enumerate(curves.items()):
            _curve(panel, line, across, (hypothesis, statistic), label, number)
        _axes(panel, across, statistic)
        head = f"{points[0].grid}\n" if points[0].grid and panel is panels[0] else ""
        panel.set_title(f"{head}{hypothesis}: {title}", fontsize=9.5, loc="left")
    if len(curves) > 1:
        panels[0].legend(frameon=False, fontsize=7.5)


def _curve(
    panel: Any,
    results: GridResults,
    across: Abscissa,
    wanted: tuple[str, str],
    label: str,
    number: int,
) -> None:
    drawn = []
    for point, found in results:
        for row in found.rows:
            if (row.hypothesis, row.statistic) == wanted and not row.look and row.value is not None:
                per = months(1.0) if row.unit == "days" else 1.0
                error = ERRORS_SHOWN * (row.error or 0.0) * per
                drawn.append((across.of(point), row.value * per, error))
    if not drawn:
        panel.set_axis_off()  # responders are not counted as events
        return
    x, y, errors = zip(*sorted(drawn), strict=True)
    style = "-" if across.is_number else "none"
    panel.errorbar(
        x, y, yerr=errors, label=label, color=(*ARMS, CONTROL)[number % (len(ARMS) + 1)],
        marker=MARKS[number % len(MARKS)], markersize=4, lw=1.3, ls=style, capsize=2.5,
    )  # fmt: skip


def _at_least_so_high(panel: Any) -> None:
    """Noise must not fill a panel as if it were an effect."""
    low, high = panel.get_ylim()
    middle, half = (low + high) / 2, max((high - low) / 2, LEAST_SPAN * (low + high) / 4)
    panel.set_ylim(middle - half, middle + half)


def _axes(panel: Any, across: Abscissa, statistic: str) -> None:
    panel.set_xlabel(across.label, fontsize=8.5)
    panel.tick_params(labelsize=8)
    panel.yaxis.grid(True, color=FAINT, lw=0.6)
    panel.set_axisbelow(True)
    panel.margins(x=0.08, y=0.12)
    if statistic == "power":
        panel.set_ylim(-0.02, 1.02)
    else:
        _at_least_so_high(panel)
    if across.is_number:
        panel.set_xticks(sorted(across.at.values()))
        panel.set_xticklabels([f"{v:g}" for v in sorted(across.at.values())])
        return
    names = [textwrap.fill(name, LONGEST_TICK) for name in across.at]
    panel.set_xticks(list(across.at.values()), names, fontsize=7)
    panel.set_xlim(-0.5, len(names) - 0.5)
