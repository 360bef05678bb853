"""The effect in subgroups, drawn from rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from equipoise.analysis.results import Results
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, plain, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.subgroups import (
    Level,
    chance_note,
    counted,
    effect_of,
    pair_of,
    primary,
    subgroup_levels,
    subgroup_table,
)
from equipoise.reporting.words import capital

_RATIOS = ("hazard ratio", "odds ratio")
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_FEW_TICKS = (0.02, 0.1, 0.5, 1, 2, 10, 50)
_TICK_WIDE = 30.0  # pixels of a tick's number, two of which are a factor 2 apart
_WIDEST = (0.02, 50.0)
_ROW = 24
WIDE_FOREST = 970
COUNTS_AT = (195, 335)  # middles of events and patients by arm
SHOWN_AT = 705


class EffectAxis:
    """The axis of an effect in pixels: of ratios by their logarithm."""

    def __init__(self, levels: Sequence[Level], left: float, width: float, *, logs: bool) -> None:
        self.left, self.width, self.logs = left, width, logs
        values = [n.value for x in levels for n in (x.effect, x.lower, x.upper) if n and n.value]
        known = [v for v in values if not logs or v > 0]
        null = 1.0 if logs else 0.0
        low, high = min([*known, null]), max([*known, null])
        if logs:
            whole = (levels[0].lower, levels[0].upper)
            spread = max((abs(math.log(n.value)) for n in whole if n and n.value), default=1.0)
            reach = math.exp(max(3 * spread, math.log(4)))
            low, high = max(low, 1 / reach, _WIDEST[0]), min(high, reach, _WIDEST[1])
        pad = 0.05 * (self._at(high) - self._at(low) or 1.0)
        self.low, self.high = self._at(low) - pad, self._at(high) + pad
        self.null = null

    def _at(self, value: float) -> float:
        return math.log(value) if self.logs else value

    def inside(self, value: float) -> bool:
        """Whether a value can be drawn at its place."""
        return (not self.logs or value > 0) and self.low <= self._at(value) <= self.high

    def x(self, value: float) -> float:
        """Its place, or the edge."""
        if self.logs and value <= 0:
            return self.left
        share = (self._at(value) - self.low) / (self.high - self.low)
        return self.left + self.width * min(max(share, 0.0), 1.0)

    @property
    def ticks(self) -> list[float]:
        """Round values inside."""
        if self.logs:
            inside = [t for t in _TICKS if self.inside(t)]
            room = self.width / max(self.high - self.low, 1e-9) * math.log(2)
            return inside if room > _TICK_WIDE else [t for t in inside if t in _FEW_TICKS]
        size: float = 10.0 ** math.floor(math.log10((self.high - self.low) / 3 or 1.0))
        first = math.ceil(self.low / size)
        return [k * size for k in range(first, math.floor(self.high / size) + 1)]


def forest_figure(results: Results, numbers: Numbers) -> ReportFigure | None:
    """Effect of the first comparison, overall and by level of subgroups; None without them."""
    key = primary(results)
    levels = subgroup_levels(results, numbers, key)
    if len(levels) < 2:
        return None
    plot = _Forest(results, numbers, key, levels)
    title = f"Effect in subgroups: {results.data.protocol.estimands[key].label or key}"
    wide = plot.wide().svg("forest", title, plot.says(), "wide-only")
    small = plot.small().svg("forest-small", title, plot.says(), "small-only")
    name = capital(plot.effect)
    caption = f"{name} with 95% limits; the area of a square is the information behind it. "
    arrows = "An arrow: the limit lies beyond the axis. " if plot.cut else ""
    return ReportFigure(
        "forest", "14.2.2", title, wide + small, (caption + arrows + chance_note(levels),),
        plot.says(), subgroup_table(results, numbers),
    )  # fmt: skip


class _Forest:
    """The drawing of some levels."""

    def __init__(self, results: Results, numbers: Numbers, key: str, levels: list[Level]) -> None:
        self.results, self.numbers, self.levels = results, numbers, levels
        self.effect, self.pair = effect_of(results, key), pair_of(results, key)
        self.of = counted(results, key)
        arms = results.data.protocol.arms
        self.arms = [arms[a].label for a in self.pair.split(" v ")]
        endpoint = results.data.protocol.endpoints[results.data.protocol.estimands[key].endpoint]
        lower_better = endpoint.better not in ("shorter", "lower")
        self.left_favored = lower_better if self.effect == "hazard ratio" else not lower_better
        self.cut = False

    def wide(self) -> Picture:
        made = Picture(WIDE_FOREST, 0, 13)
        axis = EffectAxis(self.levels, 415, 270, logs=self.effect in _RATIOS)
        y = 16.0
        made.text(4, y, "Subgroup", css="strong")
        for x, arm in zip(COUNTS_AT, self.arms):
            made.text(x, y, _short(arm), anchor="middle", css="strong")
        made.text(SHOWN_AT, y, f"{capital(self.effect)} (95% CI)", css="strong")
        made.text(WIDE_FOREST - 4, y, "P, interaction", anchor="end", css="strong")
        for x in COUNTS_AT:
            made.text(x, y + 15, self.of, anchor="middle", css="small")
        y += 22
        top, factor = y, ""
        for level in self.levels:
            if level.factor and level.factor != factor:
                factor = level.factor
                y += _ROW
                made.text(4, y, factor, css="strong")
                if level.interaction:
                    made.text(WIDE_FOREST - 4, y, (level.interaction,), anchor="end")
            y += _ROW
            self._line(made, axis, level, y)
        self._frame(made, axis, top, y + 10)
        made.height = y + 62
        return made

    def small(self) -> Picture:
        """For a phone: the words of a line over its drawing."""
        made = Picture(360, 0, 12)
        axis = EffectAxis(self.levels, 10, 340, logs=self.effect in _RATIOS)
        y, factor = 4.0, ""
        for level in self.levels:
            if level.factor and level.factor != factor:
                factor = level.factor
                y += 24
                p = run("P, interaction ", level.interaction) if level.interaction else ()
                made.text(4, y, factor, css="strong")
                made.text(356, y, p, anchor="end")
            y += 20
            made.text(4, y, level.label)
            made.text(356, y, level.shown, anchor="end")
            y += 17
            self._mark(made, axis, level, y - 4)
        self._frame(made, axis, 0, y + 8)
        made.height = y + 60
        return made

    def _line(self, made: Picture, axis: EffectAxis, level: Level, y: float) -> None:
        strong = "" if level.factor else "strong"
        made.text(16 if level.factor else 4, y, level.label, css=strong)
        for x, cell in zip(COUNTS_AT, level.counts):
            made.text(x, y, cell, anchor="middle")
        self._mark(made, axis, level, y - 4)
        shown: Cell = level.shown if level.effect and level.effect.value is not None else ()
        made.text(SHOWN_AT, y, shown or run(level.effect, " (not estimable)"))

    def _mark(self, made: Picture, axis: EffectAxis, level: Level, y: float) -> None:
        ends = (level.effect, level.lower, level.upper)
        if any(end is None or end.value is None for end in ends):
            return
        value, low, high = (end.value or 0.0 for end in ends if end)
        made.line(axis.x(low), y, axis.x(high), y, "whisker")
        for limit, way in ((low, -1), (high, 1)):
            if not axis.inside(limit):
                self.cut = True
                x = axis.x(limit)
                made.path(f"M{x - 6 * way:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}l{-6 * way} 4", "whisker")
        if axis.inside(value):
            side = self._side(low, high, logs=axis.logs)
            x = axis.x(value)
            made.box(x - side / 2, y - side / 2, side, side, "square")

    def _side(self, low: float, high: float, *, logs: bool) -> float:
        """Side of a square whose area is the information, that of all patients 14 pixels."""
        whole = self.levels[0]
        if not (whole.lower and whole.upper and whole.lower.value and whole.upper.value):
            return 8.0
        span = _span(low, high, logs)
        most = _span(whole.lower.value, whole.upper.value, logs)
        return min(14.0, max(3.0, 14.0 * most / span)) if span else 8.0

    def _frame(self, made: Picture, axis: EffectAxis, top: float, bottom: float) -> None:
        made.line(axis.x(axis.null), top, axis.x(axis.null), bottom, "null")
        made.line(axis.left, bottom, axis.left + axis.width, bottom)
        for t in axis.ticks:
            made.line(axis.x(t), bottom, axis.x(t), bottom + 5)
            made.text(axis.x(t), bottom + 19, f"{t:g}", anchor="middle", css="small")
        sides = (self.arms[0], self.arms[1]) if self.left_favored else (self.arms[1], self.arms[0])
        null = axis.x(axis.null)
        made.text(
            null - 8,
            bottom + 38,
            f"\N{LEFTWARDS ARROW} favors {_short(sides[0])}",
            anchor="end",
            css="small",
        )
        made.text(
            null + 8, bottom + 38, f"favors {_short(sides[1])} \N{RIGHTWARDS ARROW}", css="small"
        )

    def says(self) -> str:
        told = [
            f"{x.factor + ', ' if x.factor else ''}{x.label}: {plain(x.shown)}" for x in self.levels
        ]
        return f"{capital(self.effect)}, {' v '.join(self.arms)}. {'; '.join(told)}."


def _span(low: float, high: float, logs: bool) -> float:
    if not logs:
        return high - low
    return math.log(high / low) if low > 0 and high > low else 0.0


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}\N{HORIZONTAL ELLIPSIS}"
