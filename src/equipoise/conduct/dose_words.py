"""Dose decisions as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from equipoise.conduct.dose_table import DoseTable
from equipoise.conduct.dosing import Inspected, Rules
from equipoise.conduct.measures import (
    UNGRADED,
    Declared,
    Measures,
    is_grade,
    judge,
    measured,
    missing,
)
from equipoise.conduct.toxicity import has_scale
from equipoise.laboratory.ctcae.one_test import asks_for_baseline
from equipoise.protocol.language.conditions import Compare, Condition, Number, atoms
from equipoise.protocol.model import Regimen


def day_month(day: dt.date) -> str:
    """`12 May`."""
    return f"{day.day} {day:%B}"


def toxicity(table: DoseTable, found: Inspected, known: Measures) -> Iterator[str]:
    """What holds the dose: each finding that a waiting rule speaks of, as last seen."""
    said: dict[str, None] = {}
    for r in np.flatnonzero(found.waiting[:, 0]):
        said |= dict.fromkeys(_findings(table.rules[r].when, table.rules[r].hold_until, known))
    yield from said


def _findings(when: Condition, release: Condition | None, known: Measures) -> Iterator[str]:
    """Each measure that starts the waiting or does not yet end it."""
    holding = [a for a in atoms(when) if judge(a, known, size=1).yes[0]]
    if release is not None:
        holding += [a for a in atoms(release) if not judge(a, known, size=1).yes[0]]
    for name in dict.fromkeys(measured(part.left.text) for part in holding):
        yield _as_seen(name, known)


def _as_seen(name: str, known: Measures) -> str:
    value = known.value.get(name, np.array([np.nan]))[0]
    grade = int(known.grade.get(name, np.array([UNGRADED]))[0])
    is_number = isinstance(value, float) and not np.isnan(value)
    number = f" {value:g}" if is_number else ""
    if grade != UNGRADED:
        return f"{name}{number}{',' if number else ''} grade {grade}"
    unit = known.unit[name].unit if number and name in known.unit else ""
    return f"{name}{number} {unit}".strip() if number else f"{name} not known"


def lacking(table: DoseTable, found: Inspected, known: Measures) -> tuple[str, ...]:
    """The measures without which nobody can say whether a rule holds."""
    said: dict[str, None] = {}
    for r in np.flatnonzero(found.unknown[:, 0]):
        when = table.rules[r].when
        graded = {measured(part.left.text) for part in atoms(when) if is_grade(part.left.text)}
        asked = missing(when, known, size=1)
        lacks = (name for name, is_missing in asked.items() if is_missing[0])
        said |= dict.fromkeys(_ungraded(name, known) if name in graded else name for name in lacks)
    return tuple(said)


def _ungraded(name: str, known: Measures) -> str:
    """A measure that was not found, or one that was and lacks the limit that its grade asks for."""
    value = known.value.get(name, np.array([np.nan]))[0]
    told = known.unit.get(name, Declared(""))
    is_number = isinstance(value, float) and not np.isnan(value)
    if not is_number or told.ctcae is None or not has_scale(told.code, told.unit, told.ctcae):
        return name
    lacks = " or baseline" if asks_for_baseline(told.code, told.ctcae, normal=True) else ""
    return f"grade of {name} {value:g} (no limit of normal{lacks})"


def resumption(table: DoseTable, found: Inspected) -> str:
    """When the dose may be given: `at grade 1`, or the protocol's own conditions."""
    rules = [table.rules[r] for r in np.flatnonzero(found.waiting[:, 0])]
    releases = [rule.hold_until for rule in rules]
    match releases:
        case [Compare(left, "<=", Number(value, _))] if is_grade(left.text):
            return f"at grade {value:g}"
    return "when " + " and ".join(rule.release for rule in rules)


def ended_by(regimen: Regimen, table: DoseTable, held: Rules, reduced: float) -> tuple[str, ...]:
    """Why the drug is stopped for good; `reduced` is the dose at or after which toxicity recurs."""
    here = [rule for rule, is_held in zip(table.rules, held[:, 0], strict=True) if is_held]
    for_good = tuple(rule.text for rule in here if rule.stop)
    if for_good:
        return for_good
    texts = "; ".join(rule.text for rule in here)
    word = "after" if table.recurs else "at"
    return (f"toxicity comes back {word} {reduced:g} {regimen.dose.unit}: {texts}",)
