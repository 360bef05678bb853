"""Exposure: how much of each drug was given, and what was changed and why."""

from __future__ import annotations

import polars as pl

from equipoise.analysis.results import Results
from equipoise.analysis.safety.exposure import EXPOSURE
from equipoise.reporting.labels import population_label, term_label
from equipoise.reporting.model import DASH, Cell, Display, Line, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_NOTE = (
    "Doses are counted from the records of dosing. Relative dose intensity: 100 "
    "\N{MULTIPLICATION SIGN} (cumulative dose / days) / (dose / interval). A dose is reduced or "
    "delayed against the protocol's plan."
)


_NO_AMOUNT = "Of what holds no drug, as placebo, no dose is summed up."


def exposure_table(results: Results, numbers: Numbers) -> Display:
    """Doses, cumulative dose, dose intensity by drug; changes of dose with their reasons."""
    rows = results.select(analysis=EXPOSURE)
    lines: list[Line] = []
    drug = ""
    nothing = _of_no_drug(rows)
    for term in _ordered(rows["term"].unique(maintain_order=True).to_list()):
        if term in nothing:
            continue
        name, colon, rest = term.partition(": ")
        if colon and name != drug:
            drug = name
            lines.append(Line(capital(term_label(drug))))
        lines += _lines(results, numbers, term, rest or name, indent=1 if colon else 0)
    protocol = results.data.protocol
    heads: list[Cell] = [
        run(f"{arm.label}\n(N=", numbers.cell(EXPOSURE, "n", group=key), ")")
        for key, arm in protocol.arms.items()
    ]
    among = population_label(protocol, protocol.safety.population)
    title = "Exposure to treatment"
    notes = (_NOTE, *([_NO_AMOUNT] if nothing else []))
    return Display("exposure", "14.1.3", title, tuple(heads), tuple(lines), notes, among)


def _of_no_drug(rows: pl.DataFrame) -> set[str]:
    """Terms of cumulative dose of what holds no drug, as a placebo's 0 mg."""
    dose = rows.filter(
        pl.col("term").str.contains(": Cumulative dose", literal=True)
        & (pl.col("statistic") == "maximum")
    )
    most = dose.group_by("term").agg(pl.col("value").max())
    return set(most.filter(pl.col("value") == 0)["term"])


def _ordered(terms: list[str]) -> list[str]:
    """Terms without a drug first, then drug by drug."""
    named = [term for term in terms if term]
    drugs = dict.fromkeys(term.partition(": ")[0] for term in named if ": " in term)
    of = {drug: [t for t in named if t.startswith(f"{drug}: ")] for drug in drugs}
    return [t for t in named if ": " not in t] + [t for drug in drugs for t in of[drug]]


def _lines(results: Results, numbers: Numbers, term: str, label: str, *, indent: int) -> list[Line]:
    arms = list(results.data.protocol.arms)
    if any(numbers.find(EXPOSURE, "changed patients", group=a, term=term) for a in arms):
        cells = (
            numbers.share(EXPOSURE, "changed patients", "changed proportion", group=a, term=term)
            for a in arms
        )
        change, _, reason = label.partition(": ")
        name = _signs(term_label(reason)) if reason else f"{change}, patients"
        return [Line(name, tuple(cells), indent + bool(reason))]
    means = tuple(_described(numbers, a, term, "mean", "standard deviation", " (") for a in arms)
    spread = tuple(_described(numbers, a, term, "minimum", "maximum", " to ") for a in arms)
    middle = tuple(numbers.cell(EXPOSURE, "median", group=a, term=term) for a in arms)
    medians = tuple(run(m, " (", s, ")") if m != DASH else DASH for m, s in zip(middle, spread))
    seen = tuple(numbers.cell(EXPOSURE, "n", group=a, term=term) for a in arms)
    return [
        Line(label, seen, indent),
        Line("Mean (SD)", means, indent + 1),
        Line("Median (range)", medians, indent + 1),
    ]


def _signs(text: str) -> str:
    """Of a reason: signs as they are set in type."""
    return text.replace(">=", "\N{GREATER-THAN OR EQUAL TO}").replace(
        "<=", "\N{LESS-THAN OR EQUAL TO}"
    )


def _described(
    numbers: Numbers, arm: str, term: str, first: str, second: str, between: str
) -> Cell:
    one = numbers.find(EXPOSURE, first, group=arm, term=term)
    two = numbers.find(EXPOSURE, second, group=arm, term=term)
    if one is None:
        return DASH
    return run(one, between, two, ")" if "(" in between else "")
