"""The next dose of a drug, by the protocol's own dose-modification table.

A dose falls due `every` so often, counted from the plan or from the actual previous dose. While a
rule's `when` holds on that day by what is known then, by a finding made since, or on a later day of
waiting, the dose waits until the `hold until`
of every rule that has held does; it is then the least `then dose` of those rules, and never more
than the dose before. Without toxicity the next one is `recover dose`. What a rule asks for and
nobody knows holds the dose as well: nothing is given until it is known. The drug stops for good by
a `stop` sentence, by a rule that says so, or when it would have to wait beyond `longest interval`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Bools, Floats, Ints
from equipoise.conduct.dose_table import DoseTable
from equipoise.conduct.measures import Measures, judge

Inspection = Callable[[Ints], Measures]
Rules = NDArray[np.bool_]  # (r, n): each rule of the table, each patient

LOOK_AGAIN = 7  # days between two looks at a patient whose dose waits
NO_DAY = np.iinfo(np.int64).max  # where a patient has fewer days than another


class Inspected(NamedTuple):
    """What one look at n patients finds of r rules, (r, n) each."""

    held: Rules  # has held on this day or on an earlier day of waiting
    waiting: Rules  # of those, not released
    unknown: Rules  # nobody can say whether it holds


class Findings(NamedTuple):
    """What was recorded of n patients since the dose before.

    falls_due : (n,) study day of the plan, on which nobody need be there
    days : (n, k) study days with findings, in any order, NO_DAY where there are fewer
    known : the latest finding of each kind as on a study day of each patient (n,)
    """

    falls_due: Ints
    days: Ints
    known: Inspection


class Decision(NamedTuple):
    """What is done about one dose of n patients."""

    day: Ints  # (n,) study day it is given; the day it was due where it is not given
    dose: Floats  # (n,)
    is_given: Bools  # (n,) false: the drug is stopped for good
    held: Rules  # (r, n) the rules that held


def inspect(table: DoseTable, held: Rules, measures: Measures) -> Inspected:
    """One look, given which rules have held since the dose fell due.

    A rule that has held waits until its `hold until` is known to hold; one without has its dose
    reduced, and waits for nothing.
    """
    now, waiting, unknown = held.copy(), held.copy(), np.zeros_like(held)
    size = held.shape[1]
    for r, rule in enumerate(table.rules):
        when = judge(rule.when, measures, size=size)
        now[r] |= when.yes
        unknown[r] = when.unknown
        free = True if rule.hold_until is None else judge(rule.hold_until, measures, size=size).yes
        waiting[r] = now[r] & ~np.asarray(free)
    return Inspected(now, waiting, unknown)


def held_on_the_way(
    table: DoseTable, held: Rules, recorded: Findings, *, since: Ints, until: Ints
) -> Rules:
    """(r, n) which rules have held: before, and by findings after `since` and before `until`.

    From the day on which the dose falls due, and on that day by what is known then, whatever has
    held counts. Before it only a rule that ends the drug does.
    Checked  tests/unit/conduct/test_dosing.py; tests/unit/patients/test_same_rules.py.
    """
    ends = np.array([[rule.stop] for rule in table.rules], dtype=np.bool_).reshape(-1, 1)
    days = np.column_stack([recorded.days, recorded.falls_due])
    matters = (days >= recorded.falls_due[:, None]) | bool(ends.any())
    is_between = (days > since[:, None]) & (days < until[:, None]) & matters
    for column in np.sort(np.where(is_between, days, NO_DAY), axis=1).T:
        seen = column != NO_DAY
        if not seen.any():
            break
        found = inspect(table, held, recorded.known(np.where(seen, column, until))).held
        counts = seen & (column >= recorded.falls_due)
        held = np.where(counts, found, np.where(seen, held | (found & ends), held))
    return held


def stopped(table: DoseTable, held: Rules, *, last_dose: Floats, least_dose: Floats) -> Bools:
    """(n,) who gets no more of the drug, by the rules that have held.

    last_dose, least_dose : of the doses so far; 0 before the first
    """
    ends = np.array([rule.stop for rule in table.rules], dtype=np.bool_)
    is_low = (last_dose > 0) & (last_dose <= table.comes_back)
    is_low |= (least_dose > 0) & (least_dose < table.full) & table.recurs
    return np.asarray((held & ends[:, None]).any(axis=0) | (held.any(axis=0) & is_low))


def next_dose(table: DoseTable, held: Rules, *, last_dose: Floats) -> Floats:
    """(n,) the dose, once every rule that held is released; last_dose 0 before the first."""
    after = np.where(last_dose > 0, last_dose, table.full)
    well = np.where((last_dose > 0) & (table.recover > 0), table.recover, after)
    dose = np.where(held.any(axis=0), after, well)
    for r, rule in enumerate(table.rules):
        if rule.then_dose is not None:
            dose = np.where(held[r], np.minimum(dose, rule.then_dose), dose)
    return dose


def decide(
    table: DoseTable,
    *,
    due: Ints,
    last_day: Ints,
    last_dose: Floats,
    least_dose: Floats,
    look: Inspection,
    recorded: Findings | None = None,
) -> Decision:
    """What is done about a dose that falls due, looking again every week while it waits.

    due : (n,) study day it is planned and the patient is there
    last_day, last_dose : (n,) of the dose before; last_dose 0 where there was none
    least_dose : (n,) the smallest dose so far; 0 where there was none
    look : gives the measures of all n patients, each on a study day (n,)
    recorded : what else is known, where a patient may come after the day of the plan
    Returns  Decision.
    Checked  tests/unit/conduct/test_dosing.py, worked by hand; tests/cases/dosing.
    """
    day, size = due.copy(), len(due)
    seen = np.where(last_dose > 0, last_day, -NO_DAY)
    held = np.zeros((len(table.rules), size), dtype=np.bool_)
    given, waiting = np.zeros(size, dtype=np.bool_), np.ones(size, dtype=np.bool_)
    # Nobody waits for ever: without a longest interval a dose waits two intervals at most.
    limit = np.minimum(last_day + table.longest, due + max(table.every, LOOK_AGAIN) * 2)
    while waiting.any():
        if recorded is not None:
            held = held_on_the_way(table, held, recorded, since=seen, until=day)
        seen = day - 1  # a day on which somebody waits is looked at by itself
        found = inspect(table, held, look(day))
        held = np.where(waiting, found.held, held)
        ends = stopped(table, held, last_dose=last_dose, least_dose=least_dose)
        ready = ~(found.waiting | found.unknown).any(axis=0) & ~ends
        given |= waiting & ready
        waiting &= ~ready & ~ends
        day = np.where(waiting, day + LOOK_AGAIN, day)
        waiting &= day <= limit
    dose = next_dose(table, held, last_dose=last_dose)
    return Decision(np.where(given, day, due), dose, given, held)
