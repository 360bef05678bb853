"""Curves from one row a patient: Kaplan-Meier and cumulative incidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from equipoise.reporting.figures.axes import Axes, PlotPoint
from equipoise.reporting.figures.drawing import Picture
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import Cell, Piece, listed, run
from equipoise.reporting.plots.look import PlotLook, columns_needed, plotted

TIMES: Final = ("arm", "time", "event")
_AT_TICK: Final = ("at risk", "censored before", "events before")
_LANE: Final = 30  # pixels of an arm below the axis


def km_plot(frame: pl.DataFrame, look: PlotLook, unit: str = "Time") -> ReportFigure:
    """Kaplan-Meier curves with at risk (censored) [events] under the same ticks.

    frame : arm, time, event (0 or 1), a row a patient; unit : of the time, for the axis
    """
    # Only where a curve is computed from rows: a look's own are among its results.
    from equipoise.analysis.survival.curves.kaplan_meier import kaplan_meier

    rows = columns_needed(frame, TIMES, "km")
    curves = {}
    for arm in _arms(rows, look):
        own = rows.filter(pl.col("arm") == arm)
        found = kaplan_meier(own["time"].to_numpy(), own["event"].cast(pl.Boolean).to_numpy())
        points = list(zip(map(float, found.time), (100 * float(s) for s in found.survival)))
        curves[arm] = [(0.0, 100.0), *points]
    return _TimesPlot.of(rows, look, curves).drawn(unit, "Free of the event, %")


def incidence_plot(frame: pl.DataFrame, look: PlotLook, unit: str = "Time") -> ReportFigure:
    """Cumulative incidence of event 1, with 2, 3, ... competing (Aalen-Johansen).

    frame : arm, time, event (0 censored, 1 the event, 2 and more competing), a row a patient
    """
    from equipoise.analysis.survival.curves.competing import cumulative_incidence

    rows = columns_needed(frame, TIMES, "incidence")
    curves = {}
    for arm in _arms(rows, look):
        own = rows.filter(pl.col("arm") == arm)
        found = cumulative_incidence(own["time"].to_numpy(), own["event"].to_numpy())
        points = list(zip(map(float, found.time), (100 * float(s) for s in found.estimate)))
        curves[arm] = [(0.0, 0.0), *points]
    return _TimesPlot.of(rows, look, curves).drawn(unit, "Cumulative incidence, %")


def _arms(rows: pl.DataFrame, look: PlotLook) -> list[str]:
    seen = rows["arm"].unique(maintain_order=True).to_list()
    return [arm for arm in look.arms if arm in seen] or seen


@dataclass(frozen=True, slots=True)
class _TimesPlot:
    """Curves by arm, and who is at risk at each tick.

    curves : arm -> time and percent, from the origin; ticks : of the axis
    table : a row for each arm and tick; numbers : of its columns
    """

    rows: pl.DataFrame
    look: PlotLook
    curves: dict[str, list[PlotPoint]]
    last: float
    ticks: tuple[float, ...]
    table: pl.DataFrame
    numbers: dict[str, tuple[Piece | None, ...]]

    @classmethod
    def of(
        cls, rows: pl.DataFrame, look: PlotLook, curves: dict[str, list[PlotPoint]]
    ) -> _TimesPlot:
        last = max(float(rows["time"].max() or 1), 1e-9)  # type: ignore[arg-type]
        step = _round_step(last)
        ticks = tuple(k * step for k in range(int(last // step) + 1))
        table = _at_risk(rows, list(curves), ticks)
        numbers = {name: look.numbers(table, name, name, at="time", digits=0) for name in _AT_TICK}
        return cls(rows, look, curves, last, ticks, table, numbers)

    def drawn(self, unit: str, upward: str) -> ReportFigure:
        def draw(width: float) -> Picture:
            room = _LANE * len(self.curves)
            made = Picture(width, 360 + room, 13 if width > 500 else 12)
            axes = Axes(made, 0, self.last, 0, 100, unit, upward, below=64 + room)
            axes.frame(xs=self.ticks, ys=(0, 25, 50, 75, 100))
            for arm, points in self.curves.items():
                css = f"curve a{self.look.hue(arm)}"
                made.path(_steps(axes, points), css, self.look.dash(arm))
            self._below(axes, room)
            return made

        told = listed([self._told(arm) for arm in self.curves], "; ")
        return plotted(self.look, draw, told, ".", self.table, self.numbers)

    def _below(self, axes: Axes, room: int) -> None:
        """Who is at risk at each tick; on the phone at every other one, and no more than that."""
        made, y = axes.made, axes.made.height - room - 8
        small = made.width <= 500
        kinds = "at risk" if small else "at risk (censored) [events]"
        for k, arm in enumerate(self.curves):
            label = self.look.arms.get(arm, arm)
            made.text(4, y, f"{label}: {kinds}", css=f"small a{self.look.hue(arm)}")
            for i, t in enumerate(self.ticks):
                at = k * len(self.ticks) + i
                if not (small and i % 2):
                    told = self.at_tick(at)[:1] if small else self.at_tick(at)
                    made.text(axes.x(t), y + 14, told, anchor="middle", css="small")
            y += _LANE

    def at_tick(self, i: int) -> Cell:
        """`84 (3) [12]`."""
        risk, censored, events = (self.numbers[name][i] for name in _AT_TICK)
        return run(risk, " (", censored, ") [", events, "]")

    def _told(self, arm: str) -> Cell:
        own = self.rows.filter(pl.col("arm") == arm)
        events = own.filter(pl.col("event") == 1).height
        return run(
            f"{self.look.arms.get(arm, arm)}: ",
            self.look.count("patients", own.height, group=arm), " patients, ",
            self.look.count("events", events, group=arm), " events",
        )  # fmt: skip


def _steps(axes: Axes, points: Sequence[PlotPoint]) -> str:
    d = f"M{axes.x(points[0][0]):.1f} {axes.y(points[0][1]):.1f}"
    return d + "".join(f"H{axes.x(x):.1f}V{axes.y(y):.1f}" for x, y in points[1:])


def _at_risk(rows: pl.DataFrame, arms: Sequence[str], ticks: Sequence[float]) -> pl.DataFrame:
    """At risk, censored before and with an event before each tick; they add to the patients."""
    found = []
    for arm in arms:
        own = rows.filter(pl.col("arm") == arm)
        for t in ticks:
            before = own.filter(pl.col("time") < t)
            events = before.filter(pl.col("event") > 0).height
            counts = (own.height - before.height, before.height - events, events)
            found.append({"arm": arm, "time": float(t), **dict(zip(_AT_TICK, counts))})
    return pl.DataFrame(found)


def _round_step(last: float) -> float:
    for step in (0.1, 0.2, 0.5, 1, 2, 3, 6, 12, 24, 50, 100, 200, 500, 1000, 2000):
        if last / step <= 8:
            return step
    return last / 6
