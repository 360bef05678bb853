"""Harms at a glance: patients, events and rates by kind, with the difference of risks."""

from __future__ import annotations

from equipoise.analysis.results import Results
from equipoise.analysis.safety.overview import HARMS
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers


def harms_overview_table(results: Results, numbers: Numbers) -> Display:
    """A block of two lines for each kind: patients with a difference, events with their rate."""
    protocol = results.data.protocol
    lines: list[Line] = [Line("Patient-years at risk", (
        *(numbers.cell(HARMS, "patient-years", group=arm) for arm in protocol.arms),
        *(("",) for _ in protocol.experimental),
    ))]  # fmt: skip
    for kind in results.select(analysis=HARMS, statistic="events")["term"].unique(
        maintain_order=True
    ):
        lines += _block(results, numbers, kind)
    heads: list[Cell] = [
        run(f"{arm.label}\n(N=", numbers.cell(HARMS, "n", group=key), ")")
        for key, arm in protocol.arms.items()
    ]
    control = protocol.arms[protocol.control].label
    for arm in protocol.experimental:
        label = protocol.arms[arm].label
        heads.append((f"Difference, points (95% CI): {label} v {control}",))
    note = (
        "Events that began or worsened after the first dose, as the protocol counts them. Rates: "
        "events per 100 patient-years at risk. Limits by Newcombe's method. No P values."
    )
    among = population_label(protocol, protocol.safety.population)
    return Display(
        "harms-overview", "14.3.1.0", "Adverse events at a glance", tuple(heads), tuple(lines),
        (note,), among,
    )  # fmt: skip


def _block(results: Results, numbers: Numbers, kind: str) -> list[Line]:
    protocol = results.data.protocol
    shares = [
        numbers.share(HARMS, "patients", "proportion", group=arm, term=kind)
        for arm in protocol.arms
    ]
    gaps = [
        numbers.limits(
            HARMS, "risk difference", comparison=f"{arm} v {protocol.control}", term=kind
        )
        for arm in protocol.experimental
    ]
    events = [
        run(
            numbers.cell(HARMS, "events", group=arm, term=kind),
            "; ",
            numbers.cell(HARMS, "events per 100 patient-years", group=arm, term=kind),
        )
        for arm in protocol.arms
    ]
    name = _named(kind)
    return [
        Line(name, (*shares, *gaps)),
        Line("Events; per 100 patient-years", (*events, *(("",) for _ in gaps)), 1),
    ]


def _named(kind: str) -> str:
    """A kind of event as a line of the table says it."""
    if kind == "any":
        return "Any adverse event"
    before, colon, label = kind.partition(": ")
    if colon:
        return f"{before[:1].upper()}{before[1:]}: {term_label(label)}"
    if kind == "serious":
        return "Any serious adverse event"
    return f"Any adverse event {'of ' if kind.startswith('grade') else ''}{kind}"
