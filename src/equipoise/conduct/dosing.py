"""The next dose of a drug, by the protocol's own dose-modification table.

A dose falls due `every` so often, counted from the plan or from the actual previous dose. If a
rule's `when` holds on that day, the dose waits until its `hold until` holds; the dose then given
is `then dose`; without further toxicity the next one is `recover dose`. The drug stops for good by
a `stop` sentence, by a rule that says so, or when it would have to wait beyond `longest interval`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Bools, Floats, Ints
from equipoise.conduct.measures import Measures, holds, read_condition
from equipoise.protocol.language.conditions import Condition
from equipoise.protocol.model import Regimen
from equipoise.units import parse_duration, parse_quantity

Inspection = Callable[[Ints], Measures]

NO_RULE = -1
LOOK_AGAIN = 7  # days between two looks at a patient whose dose waits
_COMES_BACK = re.compile(r"^toxicity comes back at (?P<dose>.+)$")
_NOT_RECOVERED = re.compile(r"^not recovered (?P<span>[0-9]+ \w+) after the last \w+$")


class DoseRule(NamedTuple):
    """One line of the table, read."""

    text: str
    when: Condition
    hold_until: Condition | None
    then_dose: float | None
    stop: bool


class DoseTable(NamedTuple):
    """A regimen's rules, read; doses in the regimen's unit, times in days."""

    full: float
    every: int
    longest: int
    rules: tuple[DoseRule, ...]
    recover: float
    comes_back: float  # toxicity at this dose or less stops the drug; -1: never


class Decision(NamedTuple):
    """What is done about one dose of n patients."""

    day: Ints  # (n,) study day it is given; the day it was due where it is not given
    dose: Floats  # (n,)
    is_given: Bools  # (n,) false: the drug is stopped for good
    rule: Ints  # (n,) the first rule that held, or NO_RULE


def dose_table(regimen: Regimen) -> DoseTable:
    """The rules of a regimen in numbers.

    Raises   InputError if a `when` or `hold until` is no condition; UnitError for a dose in another
             kind of unit.
    """
    unit = regimen.dose.unit
    every = regimen.every.whole_days if regimen.every else 0
    rules = tuple(
        DoseRule(
            rule.when,
            read_condition(rule.when),
            read_condition(rule.hold_until) if rule.hold_until else None,
            float(rule.then_dose.to(unit)) if rule.then_dose else None,
            rule.stop,
        )
        for rule in regimen.modify
    )
    full = float(regimen.dose.value)
    recover = float(regimen.recover_dose.to(unit)) if regimen.recover_dose else -1.0
    return DoseTable(full, every, _longest(regimen), rules, recover, _comes_back(regimen))


def _longest(regimen: Regimen) -> int:
    spans = [
        parse_duration(found["span"]).whole_days
        for stop in regimen.stop
        if (found := _NOT_RECOVERED.match(stop.when))
    ]
    if regimen.longest_interval:
        spans.append(regimen.longest_interval.whole_days)
    return min(spans, default=np.iinfo(np.int32).max)


def _comes_back(regimen: Regimen) -> float:
    doses = [
        float(parse_quantity(found["dose"]).to(regimen.dose.unit))
        for stop in regimen.stop
        if (found := _COMES_BACK.match(stop.when))
    ]
    return max(doses, default=-1.0)


def decide(
    table: DoseTable, *, due: Ints, last_day: Ints, last_dose: Floats, look: Inspection
) -> Decision:
    """What is done about a dose that falls due.

    due : (n,) study day it is planned and the patient is there
    last_day, last_dose : (n,) of the dose before; last_dose 0 where there was none
    look : gives the measures of all n patients, each on a study day (n,)
    Returns  Decision.
    Checked  tests/unit/conduct/test_dosing.py, worked by hand.
    """
    size = len(due)
    rule = _first_rule(table, look(due), size=size)
    is_toxic = rule != NO_RULE
    stopped = is_toxic & (last_dose > 0) & (last_dose <= table.comes_back)
    stopped |= np.isin(rule, [i for i, r in enumerate(table.rules) if r.stop])
    day, recovered = _wait(table, rule, due=due, last_day=last_day, look=look)
    stopped |= is_toxic & ~recovered
    return Decision(day, _next_dose(table, rule, last_dose), ~stopped, rule)


def _first_rule(table: DoseTable, measures: Measures, *, size: int) -> Ints:
    found = np.full(size, NO_RULE, dtype=np.int64)
    for number in reversed(range(len(table.rules))):
        found[holds(table.rules[number].when, measures, size=size)] = number
    return found


def _wait(
    table: DoseTable, rule: Ints, *, due: Ints, last_day: Ints, look: Inspection
) -> tuple[Ints, Bools]:
    """The first day, a week or more after `due`, on which each held dose may be given."""
    day = due.copy()
    waiting = rule != NO_RULE
    recovered = ~waiting
    while waiting.any():
        day = np.where(waiting, day + LOOK_AGAIN, day)
        # Nobody waits for ever: without a longest interval a dose waits one interval at most.
        limit = np.minimum(last_day + table.longest, due + max(table.every, LOOK_AGAIN) * 2)
        waiting &= day <= limit
        if not waiting.any():
            break
        ready = waiting & _released(table, rule, look(day))
        recovered |= ready
        waiting &= ~ready
    return np.where(recovered, day, due), recovered


def _released(table: DoseTable, rule: Ints, measures: Measures) -> Bools:
    size = len(rule)
    free = np.zeros(size, dtype=np.bool_)
    for number, line in enumerate(table.rules):
        if line.hold_until is None:
            free |= rule == number
        else:
            free |= (rule == number) & holds(line.hold_until, measures, size=size)
    return free


def _next_dose(table: DoseTable, rule: Ints, last_dose: Floats) -> Floats:
    after = np.where(last_dose > 0, last_dose, table.full)
    if table.recover > 0:
        after = np.full(len(rule), table.recover)
        after[last_dose <= 0] = table.full
    for number, line in enumerate(table.rules):
        if line.then_dose is not None:
            after[rule == number] = line.then_dose
    return after
