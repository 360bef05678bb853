"""The efficacy table: every estimand with its estimates and test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.protocol.model import Estimand
from equipoise.reporting.claims import decided, standing
from equipoise.reporting.labels import lowered, population_label, spoken
from equipoise.reporting.model import NO_CELL, Cell, Display, Line, Number, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.attributes import attributes
from equipoise.reporting.words import capital, rounded


def efficacy_table(results: Results, numbers: Numbers) -> Display:
    """One block per estimand: events, estimates by arm, then each comparison."""
    lines: list[Line] = []
    for key in results.data.protocol.estimands:
        lines += _Block(results, numbers, key).lines()
    heads: list[Cell] = [(arm.label,) for arm in results.data.protocol.arms.values()]
    only = only_comparison(results)
    return Display(
        "efficacy",
        "14.2.1",
        "End points",
        (*heads, (spoken(results, only) if only else "Comparison",)),
        tuple(lines),
        (
            *_without_bound(results),
            "CI: confidence interval; limits are 95%. Comparisons are of the experimental arm with "
            "control; P values are two-sided unless they are called one-sided. Nominal: not a test "
            "of the design.",
        ),
        name="Table 2",
    )


_NO_BOUND = "no bound at this look"


def _without_bound(results: Results) -> Iterator[str]:
    """Why an estimand's test has no bound, for each that has none."""
    for key, estimand in results.data.protocol.estimands.items():
        rows = results.select(analysis=key, statistic="decision")
        if rows.height and str(rows["note"][0]).startswith("no "):
            yield f"{estimand.label or key}, {rows['note'][0]}."


def only_comparison(results: Results) -> str:
    """The pair of arms where every comparison is of these two; "" where there are others."""
    rows = results.rows.filter(pl.col("analysis").is_in(list(results.data.protocol.estimands)))
    pairs = [pair for pair in rows["comparison"].unique() if pair]
    return str(pairs[0]) if len(pairs) == 1 else ""


_SHOWN = {
    "restricted mean months": "Restricted mean, months",
    "median follow-up months": "Median follow-up, months",
}
_AT = (("survival", "Free of the event"), ("cumulative incidence", "Cumulative incidence"))
_COMPARED = (
    "hazard ratio", "subdistribution hazard ratio", "odds ratio", "relative risk", "rate ratio",
    "ratio of restricted means", "difference in proportions", "difference in survival",
    "difference in rates", "difference in restricted mean months", "difference in means",
)  # fmt: skip
_POINTS = ("difference in proportions", "difference in survival")


class _Block:
    """The lines of one estimand."""

    def __init__(self, results: Results, numbers: Numbers, key: str) -> None:
        self.results, self.numbers, self.key = results, numbers, key
        self.protocol = results.data.protocol
        self.estimand: Estimand = self.protocol.estimands[key]
        self.blank = (NO_CELL,) * len(self.protocol.arms)
        self.only = only_comparison(results)

    def lines(self) -> Iterator[Line]:
        kind = self.protocol.endpoints[self.estimand.endpoint].type
        yield Line(f"{self.estimand.label or self.key} ({self.estimand.role})")
        among = lowered(population_label(self.protocol, self.estimand.population))
        yield self._arms(f"Among: {among}", "n")
        yield from self._described(kind)
        yield from self._comparisons()
        yield from self._adjusted()
        yield from self._boundary()
        yield Line(attributes(self.protocol, self.key), (), 1)

    def _described(self, kind: str) -> Iterator[Line]:
        """Each arm by itself."""
        if kind == "proportion":
            yield self._arms("Responders", "responders")
            yield self._arms(f"Rate, %{self._by('rate')}", "rate")
        elif kind == "count":
            yield from self._counted()
        elif self._has("events") or kind == "time to event":
            yield from self._survival()
        if kind in ("continuous", "questionnaire"):
            yield from self._measured()

    def _has(self, statistic: str, **where: Any) -> Number | None:
        """The control's number."""
        return self.numbers.find(self.key, statistic, group=self.protocol.control, **where)

    def _by(self, statistic: str) -> str:
        """The method behind limits, as ` (95% CI, Clopper-Pearson)`."""
        rows = self.results.select(analysis=self.key, statistic=f"{statistic} lower limit")
        return f" (95% CI, {rows['method'][0]})" if rows.height else ""

    def _pair(self, pair: str) -> str:
        """`: New drug v Placebo` where the head of the column does not say it."""
        return "" if pair == self.only else f": {spoken(self.results, pair)}"

    def _arms(self, label: str, statistic: str, **where: Any) -> Line:
        cells = (
            self.numbers.limits(self.key, statistic, group=arm, **where)
            for arm in self.protocol.arms
        )
        return Line(label, (*cells, NO_CELL), 1)

    def _last(self, label: str, cell: Cell) -> Line:
        return Line(label, (*self.blank, cell), 1)

    def _survival(self) -> Iterator[Line]:
        yield self._arms("Events", "events")
        yield from self._kinds("events, by kind", "")
        yield from self._kinds("censored, by reason", "Censored: ")
        if "median" in self.estimand.estimator:
            yield self._arms(f"Median, months{self._scale()}", "median months")
        for statistic, name in _SHOWN.items():
            if self._has(statistic):
                yield self._arms(name, statistic)
        for span in self.estimand.at:
            for statistic, name in _AT:
                if self._has(statistic, at=span.days):
                    scale = self._scale() if statistic == "survival" else ""
                    label = f"{name} at {span}, %{scale}"
                    yield self._arms(label, statistic, at=span.days)

    def _scale(self) -> str:
        """The scale of a curve's limits, as ` (95% CI, log-log)`."""
        return f" (95% CI, {self.estimand.interval or 'log-log'})"

    def _kinds(self, statistic: str, before: str) -> Iterator[Line]:
        """Events by kind where there are several, the censored by reason; nobody is 0."""
        rows = self.results.select(analysis=self.key, statistic=statistic, subgroup="")
        terms = rows["term"].unique(maintain_order=True)
        if not before and len(terms) < 2:
            return
        for term in terms:
            found = [
                self.numbers.find(self.key, statistic, group=arm, term=term)
                for arm in self.protocol.arms
            ]
            cells = ((one,) if one else ("0",) for one in found)
            label = f"{before}{lowered(term)}" if before else term
            yield Line(label, (*cells, NO_CELL), 2)

    def _counted(self) -> Iterator[Line]:
        yield self._arms("Events", "events")
        found = self._has("event rate")
        if found is not None:
            yield self._arms(f"Rate {found.note}", "event rate")

    def _measured(self) -> Iterator[Line]:
        """Least-squares means at the visit that the estimand is about, which stands first."""
        rows = self.results.select(analysis=self.key, subgroup="", statistic="LS mean")
        if rows.is_empty():
            return
        visit = rows["term"][0]
        yield self._arms(f"Seen at {visit}", "n at visit", term=visit)
        yield self._arms(f"Least-squares mean at {visit}", "LS mean", term=visit)

    def _comparisons(self) -> Iterator[Line]:
        rows = self.results.select(analysis=self.key, subgroup="")
        for pair in dict.fromkeys(c for c in rows["comparison"] if c):
            own = rows.filter(pl.col("comparison") == pair)
            for statistic in _COMPARED:
                for name, where in _places(own, statistic):
                    found = self.numbers.limits(self.key, statistic, comparison=pair, **where)
                    yield self._last(f"{name}{self._pair(pair)}", found)
            yield from self._p_value(pair, own)
            yield from self._margin(pair)

    def _p_value(self, pair: str, rows: pl.DataFrame) -> Iterator[Line]:
        test = self.estimand.test or ""
        tests = rows.filter((pl.col("method") == test) & pl.col("statistic").is_in(_TESTED))
        if tests.is_empty():
            return
        statistic, term = tests["statistic"][0], tests["term"][0]
        p = self.numbers.find(self.key, statistic, comparison=pair, method=test, term=term)
        for name in ("z", "chi-square", "t"):
            seen = self.numbers.find(self.key, name, comparison=pair, method=test, term=term)
            if seen is not None:
                yield self._last(f"Test statistic, {name}", (seen,))
                break
        said = standing(self.results, self.numbers, self.key, pair).said
        sided = ", one-sided" if statistic != "p" else ""
        label = f"P, {test} test{sided}{self._pair(pair)}"
        yield self._last(label, run(p, " (", said, ")") if said else run(p))

    def _margin(self, pair: str) -> Iterator[Line]:
        """The margin, the test against it, and what it concludes."""
        margin = self.numbers.find(self.key, "margin", comparison=pair)
        if margin is None:
            return
        yield self._last(f"Margin{self._pair(pair)}", (margin,))
        p = self.numbers.find(self.key, "p, margin, one-sided", comparison=pair)
        if p is not None:
            yield self._last("P against the margin, one-sided", (p,))
        said = self.numbers.find(self.key, "conclusion", comparison=pair)
        if said is not None:
            yield self._last("Conclusion", (said,))

    def _adjusted(self) -> Iterator[Line]:
        """P adjusted for the other hypotheses of the design."""
        p = self.numbers.find(self.key, "adjusted p")
        if p is not None:
            how = self.protocol.design.multiplicity
            yield self._last(f"P adjusted for multiplicity ({how})", (p,))

    def _boundary(self) -> Iterator[Line]:
        """The bounds of this look and what it decides, where the design has one."""
        decision = self.numbers.find(self.key, "decision")
        if decision is None:
            return
        bound = self.numbers.find(self.key, "bound p, one-sided")
        if bound is not None and bound.value is not None:
            of = self.numbers.find(self.key, "information")
            seen = self.numbers.find(self.key, "observed p, one-sided")
            told = run(bound, " at ", of, "% of the information")
            yield self._last("Efficacy bound, one-sided P", told)
            yield self._last("Observed, one-sided P", run(seen))
        yield from self._outlook()
        text = decided(self.results, self.numbers, self.key) or _NO_BOUND
        yield self._last("Decision", (Number(decision.row, text, decision.key),))

    def _outlook(self) -> Iterator[Line]:
        futility = self.numbers.find(self.key, "futility bound z")
        if futility is not None:
            observed = self.numbers.find(self.key, "observed z")
            told = run(futility, "; observed ", observed)
            yield self._last(f"Futility bound, {futility.note}, Z", told)
        rows = self.results.select(analysis=self.key).filter(
            pl.col("statistic").str.contains("^(conditional power,|predictive power$)")
        )
        for name in rows["statistic"]:
            label = capital(name.replace(", ", " under the ").replace("assumed", "assumption"))
            yield self._last(f"{label}, %", self.numbers.cell(self.key, name))


_TESTED = ("p", "p, one-sided")


def _places(rows: pl.DataFrame, statistic: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where a comparison has a statistic: by method, window and time; of visits the first."""
    found = rows.filter(pl.col("statistic") == statistic).unique(
        ["method", "term", "at"], keep="first", maintain_order=True
    )
    if statistic == "difference in means":
        found = found.unique("method", keep="first", maintain_order=True)
    for method, term, at in found.select("method", "term", "at").iter_rows():
        points = ", percentage points" if statistic in _POINTS else ""
        parts = [capital(statistic).replace(" months", ", months") + points]
        parts += [term] if term else []
        parts += [f"month {rounded(at / DAYS_PER_MONTH, 1)}"] if at is not None else []
        parts += [method] if method != statistic else []
        yield ", ".join(parts), {"method": method, "term": term, "at": at}
