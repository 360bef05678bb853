"""Table 1, as rows of Results laid out."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from equipoise.analysis.baseline import is_number
from equipoise.analysis.results import Results
from equipoise.protocol.model import Characteristic
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.rounding import count, percent, rounded
from equipoise.reporting.tables.model import Line, Table


def heads(results: Results, numbers: Numbers) -> tuple[str, ...]:
    """Arm labels with the number randomized."""
    found = []
    for key, arm in results.data.protocol.arms.items():
        n = numbers.html("flow", "randomized", count, group=key)
        found.append(f"{escape(arm.label)}<br>(N={n})")
    return tuple(found)


def baseline_table(results: Results, numbers: Numbers) -> Table:
    """Characteristics at baseline by arm and overall."""
    everyone = numbers.html("flow", "randomized", count, group="all")
    lines: list[Line] = []
    for line in results.data.protocol.report.baseline:
        column = results.data.table("ADSL")[line.variable]
        make = _number if is_number(line, column) else _category
        lines += make(results, numbers, line)
    return Table(
        "baseline",
        "Table 1. Characteristics of the patients at baseline",
        (*heads(results, numbers), f"All<br>(N={everyone})"),
        tuple(lines),
        ("Percentages are of patients with a value. SD: standard deviation.",),
    )


def _groups(results: Results) -> tuple[str, ...]:
    return (*results.data.protocol.arms, "all")


def _number(results: Results, numbers: Numbers, line: Characteristic) -> Iterator[Line]:
    name = line.label or line.variable

    def one(value: float) -> str:
        return rounded(value, 1)

    def cell(a: str, b: str, group: str, join: str) -> str:
        where = {"group": group, "term": line.variable}
        first = numbers.html("baseline", a, one, **where)
        return join.format(first, numbers.html("baseline", b, one, **where))

    groups = _groups(results)
    yield Line(name)
    spread = tuple(cell("mean", "standard deviation", g, "{} ({})") for g in groups)
    yield Line("Mean (SD)", spread, 1)
    middle = tuple(
        numbers.html("baseline", "median", one, group=g, term=line.variable) for g in groups
    )
    yield Line("Median", middle, 1)
    ends = tuple(cell("minimum", "maximum", g, "{} to {}") for g in groups)
    yield Line("Range", ends, 1)


def _category(results: Results, numbers: Numbers, line: Characteristic) -> Iterator[Line]:
    yield Line(line.label or line.variable)
    prefix = f"{line.variable}: "
    rows = results.select(analysis="baseline", statistic="count", group="all")
    for term in rows["term"]:
        if not term.startswith(prefix):
            continue
        cells = []
        for group in _groups(results):
            n = numbers.html("baseline", "count", count, group=group, term=term)
            share = numbers.html("baseline", "proportion", percent, group=group, term=term)
            cells.append(f"{n} ({share}%)")
        yield Line(term.removeprefix(prefix), tuple(cells), 1)
