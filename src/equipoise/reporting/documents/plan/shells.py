"""The displays that a protocol implies, as a list and as shells: an x for every digit."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.catalog import CATALOG
from equipoise.reporting.documents.paper.model import Block, Sentence
from equipoise.reporting.documents.plan.parts import among, words_table
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import NO_CELL, Cell, Display, Line

_N, _SHARE, _RATIO, _LIMITS = "xx", "xx (xx.x%)", "x.xx (x.xx to x.xx)", "xx.x (xx.x to xx.x)"
_ENTERED = (
    "Randomized", "Treated", "Not treated", "Discontinued the intervention", "Left the study",
)  # fmt: skip
_EVENTS = (
    "Any adverse event", "Grade 3 or higher", "Serious", "Related to treatment",
    "Leading to stop of treatment", "Fatal",
)  # fmt: skip


def shells_part(protocol: Protocol) -> Iterator[Block]:
    """The list of displays, then the shells of those that results fill."""
    rows = [(entry.number, entry.title) for entry in CATALOG]
    yield words_table("displays", "7", "Displays", ("Title",), rows)
    yield Sentence(("A display whose data are missing is listed with the reason.",))
    yield _shell(protocol, "disposition", "14.1.1", "Disposition", _disposition(protocol))
    if protocol.report.baseline:
        yield _shell(protocol, "baseline", "14.1.2", "Baseline", _baseline(protocol))
    yield _shell(protocol, "efficacy", "14.2.1", "End points", _efficacy(protocol), compared=True)
    yield _shell(protocol, "safety", "14.3.1.1", "Adverse events", _harms())


def _shell(
    protocol: Protocol,
    key: str,
    number: str,
    title: str,
    lines: Iterator[tuple[str, str, int]],
    *,
    compared: bool = False,
) -> Display:
    """A shell: label, text of each arm's cell and indent; text that begins with ">" compares."""
    arms = [arm.label for arm in protocol.arms.values()]
    heads: list[Cell] = [(f"{label}\n(N=xx)",) for label in arms]
    heads += [("Comparison",)] if compared else []
    made = []
    for label, text, indent in lines:
        cells: tuple[Cell, ...] = ((text,),) * len(arms)
        if compared:
            blank = (NO_CELL,) * len(arms)
            cells = (*blank, (text[1:],)) if text.startswith(">") else (*cells, NO_CELL)
        made.append(Line(label, cells if text else (), indent))
    name = f"Shell {number}"
    return Display(f"shell-{key}", number, title, tuple(heads), tuple(made), name=name)


def _disposition(protocol: Protocol) -> Iterator[tuple[str, str, int]]:
    yield from ((label, _N, 0) for label in _ENTERED)
    for name in protocol.populations:
        yield f"Analyzed: {population_label(protocol, name)}", _N, 0


def _baseline(protocol: Protocol) -> Iterator[tuple[str, str, int]]:
    for line in protocol.report.baseline:
        label = line.label or line.variable
        yield label, "", 0
        if line.kind == "number":
            yield from ((name, text, 1) for name, text in _OF_NUMBERS)
        else:
            yield "each level", _SHARE, 1
        yield "missing", _N, 1


_OF_NUMBERS = (("n", _N), ("mean (SD)", "xx.x (xx.x)"), ("median (range)", "xx (xx to xx)"))


def _efficacy(protocol: Protocol) -> Iterator[tuple[str, str, int]]:
    for key, estimand in protocol.estimands.items():
        kind = protocol.endpoints[estimand.endpoint].type
        yield f"{estimand.label or key} ({estimand.role})", "", 0
        yield f"Among: {among(protocol, estimand)}", _N, 1
        if kind == "proportion":
            yield "Responders", _N, 1
            yield "Rate, %", _LIMITS, 1
        else:
            yield from _of_times(estimand)
        for summary in estimand.summary:
            yield summary.capitalize(), f">{_RATIO if 'ratio' in summary else _LIMITS}", 1
        if estimand.test:
            yield f"P, {estimand.test} test", ">x.xxxx", 1


def _of_times(estimand: Estimand) -> Iterator[tuple[str, str, int]]:
    if "Kaplan-Meier" in estimand.estimator or "median" in estimand.estimator:
        yield "Events", _N, 1
        yield "Median, months", _LIMITS, 1
        yield from ((f"Free of the event at {span}, %", _LIMITS, 1) for span in estimand.at)


def _harms() -> Iterator[tuple[str, str, int]]:
    yield from ((label, _SHARE, 0) for label in _EVENTS)
