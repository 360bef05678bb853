"""The efficacy table: every estimand with its estimates and test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from equipoise.analysis.results import Results
from equipoise.protocol.model import Estimand
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.model import Line, Table
from equipoise.reporting.words import capital, count, p_value, percent, ratio, rounded, tail


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
    if kind == "time to event":
        yield from _survival(results, numbers, key, estimand)
    else:
        yield from _response(results, numbers, key, estimand)
    yield from _comparisons(results, numbers, key, estimand)
    yield from _boundary(results, numbers, key)


def _per_arm(
    results: Results,
    numbers: Numbers,
    key: str,
    statistic: str,
    text: Callable[[float], str],
    at: float | None = None,
) -> tuple[str, ...]:
    cells = [
        numbers.limits(key, statistic, text, group=arm, at=at) for arm in results.data.protocol.arms
    ]
    return (*cells, "")


def _survival(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[Line]:
    yield Line("Events", _per_arm(results, numbers, key, "events", count), 1)
    if "median" in estimand.estimator:
        cells = _per_arm(results, numbers, key, "median months", lambda v: rounded(v, 1))
        yield Line("Median, months", cells, 1)
    for span in estimand.at:
        cells = _per_arm(results, numbers, key, "survival", percent, at=span.days)
        yield Line(f"Free of the event at {span}, %", cells, 1)


def _response(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[Line]:
    yield Line("Responders", _per_arm(results, numbers, key, "responders", count), 1)
    yield Line("Rate, %", _per_arm(results, numbers, key, "rate", percent), 1)


_COMPARED = {
    "hazard ratio": ratio,
    "odds ratio": ratio,
    "difference in proportions": lambda v: percent(v),
    "difference in restricted mean": lambda v: rounded(v, 2),
}


def _comparisons(
    results: Results, numbers: Numbers, key: str, estimand: Estimand
) -> Iterator[Line]:
    rows = results.select(analysis=key, subgroup="")
    pairs = list(dict.fromkeys(c for c in rows["comparison"] if c))
    blank = ("",) * len(results.data.protocol.arms)
    for pair in pairs:
        for statistic, text in _COMPARED.items():
            found = numbers.limits(key, statistic, text, comparison=pair)
            if numbers.find(key, statistic, comparison=pair):
                unit = ", percentage points" if "proportions" in statistic else ""
                name = f"{capital(statistic)}{unit}: {spoken(results, pair)}"
                yield Line(name, (*blank, found), 1)
        test = estimand.test or ""
        p = numbers.find(key, "p", comparison=pair, method=test)
        if p is not None:
            name = f"P, {test} test: {spoken(results, pair)}"
            yield Line(name, (*blank, p.html(p_value)), 1)


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
