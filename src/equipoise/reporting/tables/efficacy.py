"""The efficacy table: every estimand with its estimates and test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import polars as pl

from equipoise.analysis.results import Results
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.protocol.model import Estimand
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.rounding import capital, count, p_value, percent, ratio, rounded, tail
from equipoise.reporting.tables.model import Line, Table


def efficacy_table(results: Results, numbers: Numbers) -> Table:
    """One block per estimand: events, estimates by arm, then each comparison."""
    protocol = results.data.protocol
    lines: list[Line] = []
    for key, estimand in protocol.estimands.items():
        lines += _block(results, numbers, key, estimand)
    heads = [escape(arm.label) for arm in protocol.arms.values()]
    return Table(
        "efficacy",
        "Table 2. End points",
        (*heads, "Comparison"),
        tuple(lines),
        (
            "Limits are 95%; NE: not estimable. Comparisons are of the experimental arm with "
            "control; P values are two-sided.",
        ),
    )


def _block(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[Line]:
    protocol = results.data.protocol
    kind = protocol.endpoints[estimand.endpoint].type
    yield Line(f"{estimand.label or key} ({estimand.role})")
    population = protocol.populations[estimand.population].label or estimand.population
    yield Line(f"Among: {population.lower()}", _per_arm(results, numbers, key, "n", count), 1)
    if kind == "proportion":
        yield from _response(results, numbers, key, estimand)
    elif kind == "count":
        yield from _counted(results, numbers, key)
    elif numbers.find(key, "events", group=protocol.control) or kind == "time to event":
        yield from _survival(results, numbers, key, estimand)
    if kind in ("continuous", "questionnaire"):
        yield from _measured(results, numbers, key)
    yield from _comparisons(results, numbers, key, estimand)
    yield from _adjusted(results, numbers, key)
    yield from _boundary(results, numbers, key)


def _per_arm(
    results: Results,
    numbers: Numbers,
    key: str,
    statistic: str,
    text: Callable[[float], str],
    at: float | None = None,
    term: str = "",
) -> tuple[str, ...]:
    cells = [
        numbers.limits(key, statistic, text, group=arm, at=at, term=term)
        for arm in results.data.protocol.arms
    ]
    return (*cells, "")


def _survival(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[Line]:
    yield Line("Events", _per_arm(results, numbers, key, "events", count), 1)
    if "median" in estimand.estimator:
        cells = _per_arm(results, numbers, key, "median months", lambda v: rounded(v, 1))
        yield Line("Median, months", cells, 1)
    shown = {
        "restricted mean months": "Restricted mean, months",
        "median follow-up months": "Median follow-up, months",
    }
    control = results.data.protocol.control
    for statistic, name in shown.items():
        if numbers.find(key, statistic, group=control):
            cells = _per_arm(results, numbers, key, statistic, lambda v: rounded(v, 1))
            yield Line(name, cells, 1)
    for span in estimand.at:
        for statistic, name in (
            ("survival", "Free of the event"),
            ("cumulative incidence", "Cumulative incidence"),
        ):
            if numbers.find(key, statistic, group=control, at=span.days):
                cells = _per_arm(results, numbers, key, statistic, percent, at=span.days)
                yield Line(f"{name} at {span}, %", cells, 1)


def _response(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[Line]:
    yield Line("Responders", _per_arm(results, numbers, key, "responders", count), 1)
    yield Line("Rate, %", _per_arm(results, numbers, key, "rate", percent), 1)


def _counted(results: Results, numbers: Numbers, key: str) -> Iterator[Line]:
    yield Line("Events", _per_arm(results, numbers, key, "events", count), 1)
    found = numbers.find(key, "event rate", group=results.data.protocol.control)
    if found is not None:
        cells = _per_arm(results, numbers, key, "event rate", lambda v: rounded(v, 2))
        yield Line(f"Rate {found.note}", cells, 1)


def _measured(results: Results, numbers: Numbers, key: str) -> Iterator[Line]:
    """Least-squares means at the visit that the estimand is about, which stands first."""
    rows = results.select(analysis=key, subgroup="", statistic="LS mean")
    if rows.is_empty():
        return
    visit = rows["term"][0]
    cells = _per_arm(results, numbers, key, "n at visit", count, term=visit)
    yield Line(f"Seen at {visit}", cells, 1)
    cells = _per_arm(results, numbers, key, "LS mean", lambda v: rounded(v, 2), term=visit)
    yield Line(f"Least-squares mean at {visit}", cells, 1)


_COMPARED: dict[str, Callable[[float], str]] = {
    "hazard ratio": ratio,
    "subdistribution hazard ratio": ratio,
    "odds ratio": ratio,
    "relative risk": ratio,
    "rate ratio": ratio,
    "ratio of restricted means": ratio,
    "difference in proportions": percent,
    "difference in survival": percent,
    "difference in rates": lambda v: rounded(v, 2),
    "difference in restricted mean months": lambda v: rounded(v, 2),
    "difference in means": lambda v: rounded(v, 2),
}
_UNITS = {
    "difference in proportions": ", percentage points",
    "difference in survival": ", percentage points",
}


def _comparisons(
    results: Results, numbers: Numbers, key: str, estimand: Estimand
) -> Iterator[Line]:
    rows = results.select(analysis=key, subgroup="")
    pairs = list(dict.fromkeys(c for c in rows["comparison"] if c))
    blank = ("",) * len(results.data.protocol.arms)
    for pair in pairs:
        own = rows.filter(pl.col("comparison") == pair)
        for statistic, text in _COMPARED.items():
            for name, where in _places(own, statistic):
                found = numbers.limits(key, statistic, text, comparison=pair, **where)
                yield Line(f"{name}: {spoken(results, pair)}", (*blank, found), 1)
        yield from _p_value(results, numbers, key, pair, own, estimand.test or "")
        yield from _margin(results, numbers, key, pair)


def _places(rows: pl.DataFrame, statistic: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where a comparison has a statistic: by method, window and time; of visits the first."""
    found = rows.filter(pl.col("statistic") == statistic).unique(
        ["method", "term", "at"], keep="first", maintain_order=True
    )
    if statistic == "difference in means":
        found = found.unique("method", keep="first", maintain_order=True)
    several = found["method"].n_unique() > 1
    for method, term, at in found.select("method", "term", "at").iter_rows():
        parts = [capital(statistic).replace(" months", ", months") + _UNITS.get(statistic, "")]
        parts += [term] if term else []
        parts += [f"month {rounded(at / DAYS_PER_MONTH, 1)}"] if at is not None else []
        parts += [method] if several else []
        yield ", ".join(parts), {"method": method, "term": term, "at": at}


def _p_value(
    results: Results, numbers: Numbers, key: str, pair: str, rows: pl.DataFrame, test: str
) -> Iterator[Line]:
    own = rows.filter((pl.col("method") == test) & (pl.col("statistic") == "p"))
    term = own["term"][0] if own.height else ""
    p = numbers.find(key, "p", comparison=pair, method=test, term=term)
    if p is not None:
        name = f"P, {test} test: {spoken(results, pair)}"
        yield Line(name, (*("",) * len(results.data.protocol.arms), p.html(p_value)), 1)


def _margin(results: Results, numbers: Numbers, key: str, pair: str) -> Iterator[Line]:
    """The margin, the test against it, and what it concludes."""
    margin = numbers.find(key, "margin", comparison=pair)
    if margin is None:
        return
    blank = ("",) * len(results.data.protocol.arms)
    kind = results.data.protocol.endpoints[results.data.protocol.estimands[key].endpoint].type
    text = percent if kind == "proportion" else lambda v: rounded(v, 2)
    yield Line(f"Margin: {spoken(results, pair)}", (*blank, margin.html(text)), 1)
    p = numbers.find(key, "p, margin, one-sided", comparison=pair)
    if p is not None:
        yield Line("P against the margin, one-sided", (*blank, p.html(p_value)), 1)
    said = numbers.find(key, "conclusion", comparison=pair)
    if said is not None:
        yield Line("Conclusion", (*blank, said.html(str)), 1)


def _adjusted(results: Results, numbers: Numbers, key: str) -> Iterator[Line]:
    """P adjusted for the other hypotheses of the design."""
    p = numbers.find(key, "adjusted p")
    if p is not None:
        name = f"P adjusted for multiplicity ({results.data.protocol.design.multiplicity})"
        yield Line(name, (*("",) * len(results.data.protocol.arms), p.html(p_value)), 1)


def _boundary(results: Results, numbers: Numbers, key: str) -> Iterator[Line]:
    """The bound of this look and what it decides, where the design has one."""
    decision = numbers.find(key, "decision")
    if decision is None:
        return
    blank = ("",) * len(results.data.protocol.arms)
    bound = numbers.find(key, "bound p, one-sided")
    if bound is not None and bound.value is not None:
        information = numbers.html(key, "information", percent)
        shown = f"{bound.html(tail)} at {information}% of the information"
        yield Line("Efficacy bound, one-sided P", (*blank, shown), 1)
        seen = numbers.html(key, "observed p, one-sided", tail)
        yield Line("Observed, one-sided P", (*blank, seen), 1)
    yield Line("Decision", (*blank, decision.html(str)), 1)


def spoken(results: Results, pair: str) -> str:
    """`lutate v octreotide` with the arms' labels."""
    labels = {key: arm.label for key, arm in results.data.protocol.arms.items()}
    return " v ".join(labels.get(part, part) for part in pair.split(" v "))
