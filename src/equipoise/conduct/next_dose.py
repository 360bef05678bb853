"""What is done about one patient's next dose, with the reason: the dosing rules as an answer.

The day counts from the actual previous dose or from the plan, as the regimen says. From the day on
which the dose falls due, every day with a finding is looked at: a rule that has held on one of them
must be released before anything is given.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.conduct.chart import Chart, known_on
from equipoise.conduct.dose_table import DoseTable, dose_table, longest_interval
from equipoise.conduct.dose_words import day_month, ended_by, lacking, resumption, toxicity
from equipoise.conduct.dosing import (
    LOOK_AGAIN,
    Findings,
    Inspected,
    Rules,
    held_on_the_way,
    inspect,
    next_dose,
    stopped,
)
from equipoise.conduct.measures import Measures
from equipoise.conduct.visits import point_in_time
from equipoise.protocol.model import Regimen
from equipoise.units import Quantity, parse_quantity

State = Literal["give", "held", "not known", "not due", "stopped", "complete", "ended"]


class Advice(NamedTuple):
    """What is done about a dose.

    dose : to give now; None unless the state is `give`
    on : the day it is given, looked at again, or falls due
    reasons : everything that speaks, one sentence each
    """

    state: State
    dose: Quantity | None
    on: dt.date | None
    reasons: tuple[str, ...]

    def in_words(self) -> str:
        """The answer as one line for the person who doses."""
        said = "; ".join(self.reasons)
        if self.state == "give":
            return f"give {self.dose}" + (f": {said}" if said else "")
        return f"{self.state}: {said}" if said else self.state


class Due(NamedTuple):
    """The window of a dose."""

    first: dt.date
    day: dt.date
    last: dt.date  # of the window; a later dose is a deviation
    longest: dt.date | None  # after it the drug is stopped


def due(regimen: Regimen, chart: Chart) -> Due:
    """When the next dose falls due.

    Checked  tests/cases/dosing.
    """
    every = regimen.every.whole_days if regimen.every else 0
    window = dt.timedelta(days=regimen.window.whole_days if regimen.window else 0)
    day = chart.randomized + dt.timedelta(days=regimen.start.whole_days if regimen.start else 0)
    skipped = dt.timedelta(days=every * chart.left_out)
    if not chart.given:
        day += skipped
        return Due(day, day, day + window, None)
    last = chart.given[-1].on
    if regimen.counted_from == "plan":
        day += dt.timedelta(days=every * len(chart.given)) + skipped
    else:
        day = last + dt.timedelta(days=every) + skipped
    span = longest_interval(regimen)
    longest = last + dt.timedelta(days=span.whole_days) if span else None
    return Due(day - window, day, day + window, longest)


class _Seen(NamedTuple):
    """One patient on the day that is asked about."""

    regimen: Regimen
    table: DoseTable
    chart: Chart
    due: Due
    asked: dt.date
    held: Rules  # since the dose fell due; a rule that stops, since the dose before
    found: Inspected  # on the day itself

    @property
    def known(self) -> Measures:
        return known_on(self.chart, self.asked, within=_within(self.regimen))

    @property
    def last_dose(self) -> Floats:
        return np.array([self.chart.given[-1].amount if self.chart.given else 0.0])

    @property
    def least_dose(self) -> Floats:
        return np.array([min((dose.amount for dose in self.chart.given), default=0.0)])

    @property
    def amount(self) -> Quantity:
        """The dose that is given once nothing holds it."""
        found = float(next_dose(self.table, self.held, last_dose=self.last_dose)[0])
        return parse_quantity(f"{found:.15g} {self.regimen.dose.unit}")


def advise(regimen: Regimen, chart: Chart, *, asked: dt.date) -> Advice:
    """What is done about the next dose of a drug on the day `asked`.

    Raises   InputError if a rule cannot be read.
    Checked  tests/cases/dosing (what a clinician expects); tests/unit/conduct/test_next_dose.py
             (the same as `decide` for many patients).
    """
    if chart.ended is not None and chart.ended.on <= asked:
        return Advice("ended", None, None, (f"{chart.ended.why} {day_month(chart.ended.on)}",))
    if done := complete(regimen, chart, asked):
        return Advice("complete", None, None, (done,))
    seen = _look(regimen, chart, asked)
    if over := _stopped(seen):
        return Advice("stopped", None, None, over)
    when = seen.due
    if asked < when.first:
        window = "" if when.first == when.day else f", from {day_month(when.first)}"
        number = f"dose {len(chart.given) + 1}"
        return Advice("not due", None, when.day, (f"{number} on {day_month(when.day)}{window}",))
    if seen.found.waiting.any() or seen.found.unknown.any():
        return _waits(seen)
    return Advice("give", seen.amount, asked, _why(seen))


def complete(regimen: Regimen, chart: Chart, asked: dt.date) -> str:
    """Why a drug is given no more by its plan, whatever is found; empty where it is."""
    if regimen.times is not None and len(chart.given) >= regimen.times:
        return f"{len(chart.given)} of {regimen.times} given"
    end = point_in_time(regimen.until)
    if end is not None and (asked - chart.randomized).days > end:
        return f"until {regimen.until}"
    return ""


def may_stop_early(regimen: Regimen) -> bool:
    """Whether a drug may be stopped for good before its next dose falls due."""
    every = regimen.every.whole_days if regimen.every else 0
    spans = [longest_interval(regimen, with_toxicity=one) for one in (False, True)]
    is_short = any(span is not None and span.whole_days < every for span in spans)
    return is_short or any(rule.stop for rule in dose_table(regimen).rules)


def _look(regimen: Regimen, chart: Chart, asked: dt.date) -> _Seen:
    """Every day with a finding since the dose before, and the day asked about."""
    table, when = dose_table(regimen), due(regimen, chart)
    recorded = Findings(
        np.array([when.day.toordinal()]),
        np.array([[result.on.toordinal() for result in chart.results]], dtype=np.int64),
        lambda day: known_on(chart, dt.date.fromordinal(int(day[0])), within=_within(regimen)),
    )
    last, until = (chart.given[-1].on.toordinal() if chart.given else 0), asked.toordinal()
    none = np.zeros((len(table.rules), 1), dtype=np.bool_)
    held = held_on_the_way(table, none, recorded, since=np.array([last]), until=np.array([until]))
    found = inspect(table, held, recorded.known(np.array([until])))
    return _Seen(regimen, table, chart, when, asked, found.held, found)


def _stopped(seen: _Seen) -> tuple[str, ...]:
    """Why the drug is stopped for good; a rule that stops needs no dose to be due."""
    by_rule = np.array([rule.stop for rule in seen.table.rules], dtype=np.bool_)
    is_due = seen.asked >= seen.due.first
    held = seen.held if is_due else seen.held & by_rule[:, None]
    if stopped(seen.table, held, last_dose=seen.last_dose, least_dose=seen.least_dose)[0]:
        return ended_by(seen.regimen, seen.table, held, float(seen.least_dose[0]))
    span = longest_interval(seen.regimen, with_toxicity=bool(seen.held.any()))
    if span is None or not seen.chart.given:
        return ()
    over = seen.chart.given[-1].on + dt.timedelta(days=span.whole_days)
    return (f"{span} after the last dose were over on {day_month(over)}",) * (seen.asked > over)


def _waits(seen: _Seen) -> Advice:
    """Nothing is given: why, when to look again, and what is given then."""
    again = seen.asked + dt.timedelta(days=LOOK_AGAIN)
    if seen.due.longest is not None and seen.asked < seen.due.longest:
        again = min(again, seen.due.longest)
    is_held = bool(seen.found.waiting.any())
    reasons = [*toxicity(seen.table, seen.found, seen.known)]
    if unknown := ", ".join(lacking(seen.table, seen.found, seen.known)):
        reasons.append(f"not known: {unknown}" if is_held else unknown)
    reasons.append(f"look again {day_month(again)}")
    if is_held:
        reasons.append(f"resume {resumption(seen.table, seen.found)} with {seen.amount}")
    return Advice("held" if is_held else "not known", None, again, tuple(reasons))


def _within(regimen: Regimen) -> int | None:
    return regimen.measured_within.whole_days if regimen.measured_within else None


def _why(seen: _Seen) -> tuple[str, ...]:
    """Why this dose: the rules that held, and a day outside the window without one."""
    held = seen.held[:, 0]
    rules = [rule.text for rule, is_held in zip(seen.table.rules, held, strict=True) if is_held]
    if rules:
        return (f"after {'; '.join(rules)}",)
    late = (seen.asked - seen.due.last).days
    if late > 0:
        return (f"{late} day{'s' if late > 1 else ''} after the window, a deviation",)
    return ()
