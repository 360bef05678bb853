"""Kaplan-Meier curves after KMunicate: at risk, censored and events under the same ticks.

Source  Morris et al. 2019, BMJ Open 9:e030215.
"""

from __future__ import annotations

from typing import NamedTuple

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.figures.curves import FEW_AT_RISK, Curves
from equipoise.reporting.figures.drawing import DASHES, Picture, wrapped
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, plain, run
from equipoise.reporting.numbers import Numbers

MOST_LABELED = 4  # arms named at their curve's end; more have a legend
TICK_ROOM = 86  # pixels that the three numbers of a tick need side by side
NAMES = 150  # pixels for the names at the curves' ends


class Plot(NamedTuple):
    """The axes in pixels, and the last day."""

    left: float
    top: float
    width: float
    height: float
    last: float

    def x(self, day: float) -> float:
        return self.left + self.width * day / self.last

    def y(self, share: float) -> float:
        return self.top + self.height * (1 - share)


def km_figure(results: Results, numbers: Numbers, key: str) -> ReportFigure:
    """The curves of an estimand by arm, wide and for a phone, and the table below them."""
    plot = _Drawn(results, numbers, key)
    title = f"Kaplan-Meier curves: {plot.estimand.label or key}"
    slug = f"km-{key}".lower().replace(" ", "-")
    says = plain(plot.says())
    wide = plot.draw(760, 13).svg(slug, title, says, "wide-only")
    small = plot.draw(360, 12).svg(f"{slug}-small", title, says, "small-only")
    return ReportFigure(
        slug, "14.2.1", title, wide + small, plot.caption(), says, plot.table(slug, title)
    )


class _Drawn(Curves):
    """The drawing of one estimand's curves."""

    def draw(self, width: int, size: float) -> Picture:
        phone = width < 500
        high = 230 if phone else 330
        frame = Plot(46, 28, width - 46 - (16 if phone else NAMES), high, self.last)
        rows = len(self.arms) * (2 if phone else 1.25)
        made = Picture(width, high + 74 + rows * 19 + (34 if phone else 0), size)
        self._axes(made, frame)
        self._medians(made, frame)
        for arm in self.arms:
            self._curve(made, frame, arm)
        self._names(made, frame, legend=phone or len(self.arms) > MOST_LABELED)
        left = self._inset(made, frame, phone)
        self._below(made, frame, phone)
        for line in left:
            made.text(4, made.height + 10, line, css="inset")
            made.height += 17
        return made

    def _axes(self, made: Picture, f: Plot) -> None:
        for share in (0, 0.25, 0.5, 0.75, 1):
            made.line(f.left, f.y(share), f.left + f.width, f.y(share), "grid")
            made.line(f.left - 4, f.y(share), f.left, f.y(share))
            made.text(f.left - 6, f.y(share) + 4, f"{100 * share:g}", anchor="end")
        for t in self.ticks:
            made.line(f.x(t), f.y(0), f.x(t), f.y(0) + 5)
            made.text(f.x(t), f.y(0) + 19, f"{t / DAYS_PER_MONTH:g}", anchor="middle")
        made.line(f.left, f.y(0), f.left + f.width, f.y(0))
        made.text(4, 10, self.axis())
        made.text(f.left + f.width / 2, f.y(0) + 36, "Months", anchor="middle")

    def dash(self, arm: str) -> str:
        """How an arm's line is broken, so that it is known without its color."""
        pattern = DASHES[self.hue[arm] % len(DASHES)]
        return f"stroke-dasharray:{pattern}" if pattern else ""

    def _curve(self, made: Picture, f: Plot, arm: str) -> None:
        i = self.hue[arm]
        steps = self.points(arm, "curve")
        thin = self.value(arm, "few at risk from")
        end = self.end(arm)
        band = self._band(f, arm, end if thin is None else thin)
        if band:
            made.path(band, f"band a{i}")
        dash = self.dash(arm)
        split = end if thin is None else min(thin, end)
        made.path(_steps(f, steps, 0.0, split), f"curve a{i}", dash)
        if split < end:
            made.path(_steps(f, steps, split, end), f"curve faint a{i}", dash)
        marks = "".join(
            f"M{f.x(at):.3f} {f.y(s) - 4:.3f}v8" for at, s in self.points(arm, "censored")
        )
        if marks:
            made.path(marks, f"mark a{i}")
        self._cliff(made, f, arm, steps)

    def _cliff(self, made: Picture, f: Plot, arm: str, steps: list[tuple[float, float]]) -> None:
        """A fall to nothing that few patients made says how few."""
        n = self.numbers.find(
            self.key, "at risk at the last step", group=arm, method="Kaplan-Meier"
        )
        if steps and steps[-1][1] == 0 and n is not None and (n.value or 0) < FEW_AT_RISK:
            made.text(f.x(steps[-1][0]) - 5, f.y(0.04), run("n=", n), anchor="end", css="small")

    def _band(self, f: Plot, arm: str, until: float) -> str:
        low = [p for p in self.points(arm, "curve lower limit") if p[0] <= until]
        high = [p for p in self.points(arm, "curve upper limit") if p[0] <= until]
        if len(low) < 2 or len(low) != len(high):
            return ""
        start = f"M{f.x(high[0][0]):.1f} {f.y(high[0][1]):.1f}"
        over = "".join(f"H{f.x(at):.1f}V{f.y(s):.1f}" for at, s in high[1:])
        under = "".join(f"V{f.y(s):.1f}H{f.x(at):.1f}" for at, s in low[-2::-1])
        return f"{start}{over}V{f.y(low[-1][1]):.1f}{under}Z"

    def _medians(self, made: Picture, f: Plot) -> None:
        for arm in self.arms:
            i = self.hue[arm]
            found = self.numbers.find(self.key, "median", group=arm)
            if found is not None and found.value is not None:
                x = f.x(found.value)
                made.path(f"M{f.left:.1f} {f.y(0.5):.1f}H{x:.1f}V{f.y(0):.1f}", f"drop a{i}")

    def _names(self, made: Picture, f: Plot, *, legend: bool) -> None:
        if legend:
            for i, arm in enumerate(self.arms):
                y = f.top + f.height + 56 + 16 * i
                made.path(f"M4 {y - 4}h26", f"curve a{self.hue[arm]}", self.dash(arm))
                made.text(36, y, self.protocol.arms[arm].label)
            return
        for arm, y in _apart(self._ends(f)):
            lines = wrapped(self.protocol.arms[arm].label, NAMES - 16, made.size)
            for k, line in enumerate(lines):
                at = f.left + f.width + 8
                made.text(at, y + 4 + 15 * k, line, css=f"name a{self.hue[arm]}")

    def _ends(self, f: Plot) -> list[tuple[str, float]]:
        """Where each curve stands as long as it rests on enough patients."""
        return [(arm, f.y(self._level(arm))) for arm in self.arms]

    def _level(self, arm: str) -> float:
        thin = self.value(arm, "few at risk from")
        steps = self.points(arm, "curve")
        solid = [s for at, s in steps if thin is None or at < thin]
        return solid[-1] if solid else 1.0

    def _inset(self, made: Picture, f: Plot, phone: bool) -> list[Cell]:
        """Effect and medians in a corner that the curves leave free; what finds none is left."""
        lines = [*self.contrasts(), *self.medians()]
        wide = max((len(plain(line)) for line in lines), default=0) * 6.4
        tall = 17 * len(lines) + 8
        if phone or not lines:
            return lines
        right = f.left + f.width - wide
        spots = (
            (right, f.top, 1 - tall / f.height, 1.0),
            (f.left + 8, f.y(0) - tall, 0.0, tall / f.height),
        )
        for x, y, low, high in spots:
            if not any(self._crosses(f, arm, x, x + wide, low, high) for arm in self.arms) and not (
                low < 0.5 and any(x <= f.x(day) <= x + wide for day in self._drops())
            ):
                for k, line in enumerate(lines):
                    made.text(x, y + 15 + 17 * k, line, css="inset")
                return []
        return lines

    def _drops(self) -> list[float]:
        """The days of medians, from which a line falls to the axis."""
        found = (self.numbers.find(self.key, "median", group=arm) for arm in self.arms)
        return [n.value for n in found if n is not None and n.value is not None]

    def _crosses(self, f: Plot, arm: str, x1: float, x2: float, low: float, high: float) -> bool:
        """Whether an arm's curve runs through a box."""
        level = 1.0
        for at, share in [*self.points(arm, "curve"), (self.end(arm), 0.0)]:
            inside = f.x(at) >= x1 and low <= level <= high
            level = share
            if inside and f.x(at) <= x2:
                return True
        return False

    def _below(self, made: Picture, f: Plot, phone: bool) -> None:
        y = f.y(0) + (56 + 16 * len(self.arms) + 8 if phone else 58)
        named = "At risk" if phone else "At risk (censored) [events]"
        made.text(4, y, named, css="small strong")
        step = (2 if len(self.ticks) > 5 else 1) if phone else 1
        room = f.width / max(len(self.ticks) - 1, 1)
        rows = 1 if phone or room > TICK_ROOM else 2
        for arm in self.arms:
            y += 17
            made.text(4, y, self.protocol.arms[arm].label, css=f"small a{self.hue[arm]} name")
            y += 15
            for t in self.ticks[::step]:
                whole = self.at_tick(arm, t)
                parts = (whole[:1],) if phone else (whole,) if rows == 1 else (whole[:1], whole[2:])
                for k, told in enumerate(parts):
                    made.text(f.x(t), y + 13 * k, told, anchor="middle", css="small")
            y += 13 * (rows - 1)
        made.height = y + 10


def _steps(f: Plot, steps: list[tuple[float, float]], start: float, end: float) -> str:
    """The part of a curve between two days, precise enough to be read back."""
    level = next((s for at, s in reversed(steps) if at <= start), 1.0)
    path = f"M{f.x(start):.3f} {f.y(level):.4f}"
    for at, s in steps:
        if start < at <= end:
            path += f"H{f.x(at):.3f}V{f.y(s):.4f}"
    return f"{path}H{f.x(end):.3f}"


def _apart(ends: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Labels moved down where they would stand on each other."""
    found: list[tuple[str, float]] = []
    low = -1e9
    for arm, y in sorted(ends, key=lambda end: end[1]):
        low = max(y, low + 34)
        found.append((arm, low))
    return found
