"""What a Kaplan-Meier figure says: curves, effects, caption and the table of its numbers."""

from __future__ import annotations

import polars as pl

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.reporting.claims import standing
from equipoise.reporting.labels import lowered, population_label
from equipoise.reporting.model import Cell, Display, Line, abbreviated, listed, run
from equipoise.reporting.numbers import Numbers

FEW_AT_RISK = 5
_ROW = ("at risk", "censored before", "events before")


class Curves:
    """One estimand's curves."""

    def __init__(self, results: Results, numbers: Numbers, key: str) -> None:
        self.results, self.numbers, self.key = results, numbers, key
        self.protocol = results.data.protocol
        self.estimand = self.protocol.estimands[key]
        rows = results.select(analysis=key, method="Kaplan-Meier", subgroup="")
        self.rows = rows.sort("at")
        self.arms = [k for k in self.protocol.arms if k in set(rows["group"])]
        others = [k for k in self.arms if k != self.protocol.control]
        self.hue = {self.protocol.control: 0} | {k: i for i, k in enumerate(others, 1)}
        self.ticks = sorted(rows.filter(pl.col("statistic") == "at risk")["at"].unique())
        drawn = rows.filter(pl.col("statistic").is_in(["curve", "censored"]))["at"].max()
        last = float(drawn) if isinstance(drawn, (int, float)) else 0.0
        self.last = max(last, float(self.ticks[-1]) if self.ticks else 0.0, 1.0)

    def points(self, arm: str, statistic: str) -> list[tuple[float, float]]:
        own = self.rows.filter((pl.col("group") == arm) & (pl.col("statistic") == statistic))
        pairs = own.drop_nulls("value").select("at", "value")
        return [(float(at), float(value)) for at, value in pairs.iter_rows()]

    def value(self, arm: str, statistic: str) -> float | None:
        found = self.numbers.find(self.key, statistic, group=arm, method="Kaplan-Meier")
        return None if found is None else found.value

    def end(self, arm: str) -> float:
        """The last day that somebody was followed."""
        marks = self.points(arm, "curve") + self.points(arm, "censored")
        return max((at for at, _ in marks), default=0.0)

    def axis(self) -> str:
        """What is plotted, as the share that is free of it."""
        endpoint = self.protocol.endpoints[self.estimand.endpoint]
        if endpoint.label.lower().endswith("survival"):
            return f"{endpoint.label}, %"
        kinds = {source.name for source in endpoint.event}
        return f"Free of {kinds.pop() if len(kinds) == 1 else 'the event'}, %"

    def contrasts(self) -> list[Cell]:
        """`Hazard ratio 0.21 (95% CI 0.13 to 0.34)` of each comparison."""
        found: list[Cell] = []
        for pair in self.numbers.comparisons(self.key, "hazard ratio"):
            shown = self.numbers.interval(self.key, "hazard ratio", comparison=pair)
            test = self.estimand.test or ""
            p = self.numbers.find(self.key, "p", comparison=pair, method=test)
            arm = self.protocol.arms[pair.split(" v ")[0]].label
            who = f"{arm}: hazard ratio " if len(self.arms) > 2 else "Hazard ratio "
            sign = "= " if p is not None and p.text[:1].isdigit() else ""
            end = run(f", P {sign}", p) if p else ()
            found.append(run(who, shown, end))
        return found

    def medians(self) -> list[Cell]:
        """`New drug: median 8.3 months (95% CI 5.7 to 11.0)` of each arm."""
        told = []
        for arm in self.arms:
            found = self.numbers.find(self.key, "median months", group=arm)
            if found is not None:
                unit = "" if found.value is None else " months"
                shown = self.numbers.interval(self.key, "median months", unit, group=arm)
                told.append(run(f"{self.protocol.arms[arm].label}: median ", shown))
        return told

    def at_tick(self, arm: str, t: float) -> Cell:
        """`84 (3) [12]`."""
        risk, censored, events = (
            self.numbers.find(self.key, s, method="Kaplan-Meier", group=arm, at=t) for s in _ROW
        )
        return run(risk, " ", "(", censored, ") [", events, "]")

    def says(self) -> Cell:
        """What the picture shows, for somebody who does not see it."""
        spans = self.estimand.at[-1:]
        told = []
        for arm in self.arms:
            shown = run("median ", self.numbers.cell(self.key, "median months", group=arm))
            for span in spans:
                free = self.numbers.cell(self.key, "survival", group=arm, at=span.days)
                shown = run(free, f"% at {span}")
            told.append(run(f"{self.protocol.arms[arm].label}: ", shown))
        return run(f"{self.axis()}. ", listed(told, "; "), ".")

    def caption(self) -> Cell:
        """Population, patients, events, method and what faint lines mean."""
        sizes = [
            run(self.numbers.cell(self.key, "n", group=arm), f" {self.protocol.arms[arm].label}")
            for arm in self.arms
        ]
        events = listed([self.numbers.cell(self.key, "events", group=a) for a in self.arms])
        among = lowered(population_label(self.protocol, self.estimand.population))
        scale = self.estimand.interval or "log-log"
        claim = standing(self.results, self.numbers, self.key).said
        return run(
            f"{self.estimand.label or self.key}; {among}: ",
            listed(sizes),
            " patients with ",
            events,
            f" events. Kaplan-Meier estimates, 95% limits on the {scale} scale; ticks are censored "
            f"patients. Faint: fewer than {FEW_AT_RISK} patients, or a tenth of the arm, at risk.",
            run(" P is ", claim, ".") if claim else (),
            abbreviated(run(*self.contrasts(), *self.medians())),
        )

    def table(self, slug: str, title: str) -> Display:
        """At risk, censored and events at each tick."""
        heads = tuple((f"{t / DAYS_PER_MONTH:g} months",) for t in self.ticks)
        lines = [
            Line(
                f"{self.protocol.arms[arm].label}: {statistic}",
                tuple(
                    self.numbers.cell(self.key, statistic, method="Kaplan-Meier", group=arm, at=t)
                    for t in self.ticks
                ),
            )
            for arm in self.arms
            for statistic in _ROW
        ]
        return Display(f"{slug}-data", "14.2.1", f"Data. {title}", heads, tuple(lines))
