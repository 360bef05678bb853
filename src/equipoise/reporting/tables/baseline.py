"""Table 1, as rows of Results laid out."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analysis.baseline import is_number
from equipoise.analysis.results import Results
from equipoise.protocol.model import Characteristic
from equipoise.reporting.labels import level_label
from equipoise.reporting.model import Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers

_LAST = ("other", "unknown", "missing", "not done", "not reported")


def heads(results: Results, numbers: Numbers) -> tuple[Cell, ...]:
    """Arm labels with the number randomized, then everybody."""
    named = [(key, arm.label) for key, arm in results.data.protocol.arms.items()]
    return tuple(
        run(f"{label}\n(N=", numbers.cell("flow", "randomized", group=key), ")")
        for key, label in (*named, ("all", "All"))
    )


def baseline_table(results: Results, numbers: Numbers) -> Display:
    """Characteristics at baseline by arm and overall; no tests, since chance made the groups."""
    lines: list[Line] = []
    for line in results.data.protocol.report.baseline:
        column = results.data.table("ADSL")[line.variable]
        make = _number if is_number(line, column) else _category
        lines += make(results, numbers, line)
    return Display(
        "baseline",
        "14.1.2",
        "Characteristics of the patients at baseline",
        heads(results, numbers),
        tuple(lines),
        ("Percentages are of patients with a value. SD: standard deviation.",),
        population="All randomized patients",
        name="Table 1",
    )


def _groups(results: Results) -> tuple[str, ...]:
    return (*results.data.protocol.arms, "all")


def _number(results: Results, numbers: Numbers, line: Characteristic) -> Iterator[Line]:
    def cells(first: str, second: str = "", between: str = "", end: str = "") -> tuple[Cell, ...]:
        return tuple(
            run(
                numbers.cell("baseline", first, group=g, term=line.variable),
                between,
                numbers.cell("baseline", second, group=g, term=line.variable) if second else None,
                end,
            )
            for g in _groups(results)
        )

    yield Line(line.label or line.variable)
    yield Line("Patients with a value", cells("n"), 1)
    yield Line("Mean (SD)", cells("mean", "standard deviation", " (", ")"), 1)
    yield Line("Median", cells("median"), 1)
    yield Line("Range", cells("minimum", "maximum", " to "), 1)


def _category(results: Results, numbers: Numbers, line: Characteristic) -> Iterator[Line]:
    yield Line(line.label or line.variable)
    prefix = f"{line.variable}: "
    rows = results.select(analysis="baseline", statistic="count", group="all")
    for term in sorted(rows["term"], key=lambda term: term.removeprefix(prefix).lower() in _LAST):
        if term.startswith(prefix):
            cells = tuple(
                numbers.share("baseline", "count", "proportion", group=group, term=term)
                for group in _groups(results)
            )
            label = level_label(line.variable, term.removeprefix(prefix))
            yield Line(label, cells, 1)
    missing = tuple(
        numbers.cell("baseline", "missing", group=group, term=line.variable)
        for group in _groups(results)
    )
    if any(part.value for cell in missing for part in cell if not isinstance(part, str)):
        yield Line("Missing", missing, 1)
