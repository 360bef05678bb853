"""The events of the design's end points, all arms as one, beside the plan and with its next looks.

What is told is of all that were randomized together: of a hypothesis that compares some of several
arms nothing is, for the numbers of two pairs would tell an arm's. The hazards keep the planned
shape, entry is as it was and goes on as forecast; the rest is `design.monitor.forecast.forecast`.
Checked  tests/unit/service/test_events.py (by hand; R's pnbinom).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from equipoise.design.model import Design, HypothesisPlan, LookDesign
from equipoise.design.monitor.forecast import EventsSeen, entries, forecast
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError, ProtocolError
from equipoise.meaning.expected import Course, expected_events
from equipoise.meaning.hypotheses import hypothesis
from equipoise.protocol import Protocol
from equipoise.service.reading.recruiting.last_entry import (
    COVERAGE,
    FARTHEST,
    FEWEST_ENTERED,
    LastEntry,
)

EventDays = Mapping[str, Sequence[dt.date]]
"""Hypothesis -> the day of each event, all arms as one."""


class LookAhead(NamedTuple):
    """A look. amount : of events; planned : the day of it by the plan; since : it was reached

    day, early, late : forecast, with a band of 80%; why : none is, "" where one is or it is reached
    """

    look: str
    amount: float
    planned: dt.date | None
    since: dt.date | None = None
    day: dt.date | None = None
    early: dt.date | None = None
    late: dt.date | None = None
    why: str = ""


class EventLine(NamedTuple):
    """A hypothesis. seen : events so far; planned : by today"""

    name: str
    label: str
    unit: str
    seen: int
    planned: float
    looks: list[LookAhead]


class EventsTold(NamedTuple):
    """Events as of a moment. left : subjects whose data a rule could not read

    untold : hypotheses that compare some of the arms alone
    """

    at: str
    lines: list[EventLine]
    untold: list[str]
    left: int


def design_of(protocol: Protocol) -> Design | None:
    """The design; None where nothing is planned."""
    try:
        return plan(protocol)
    except (InputError, ProtocolError):
        return None


def of_all_arms(design: Design | None) -> list[HypothesisPlan]:
    """The hypotheses about a time to an event that compare all who are randomized."""
    return [one for one in _timed(design) if one.share == 1.0]


def events_told(
    protocol: Protocol,
    design: Design | None,
    days: EventDays,
    entered: Mapping[dt.date, int],
    ends: LastEntry,
    *,
    at: str,
    left: int = 0,
) -> EventsTold:
    """As of a moment. entered : day -> how many were randomized; ends : when the last is in"""
    untold = [one.name for one in _timed(design) if one.share != 1.0]
    if not entered:
        return EventsTold(at, [], untold, left)
    trial = _Trial(protocol, entered, ends)
    lines = [trial.line(one, sorted(days.get(one.name, ()))) for one in of_all_arms(design)]
    return EventsTold(at, lines, untold, left)


def _timed(design: Design | None) -> list[HypothesisPlan]:
    return [one for one in design.hypotheses if one.course is not None] if design else []


class _Trial:
    """Who entered when; day : today, from the first subject."""

    def __init__(self, protocol: Protocol, entered: Mapping[dt.date, int], ends: LastEntry) -> None:
        self.protocol, self.ends, self.first = protocol, ends, min(entered)
        self.day = (ends.today - self.first).days
        own = [(date - self.first).days for date, n in entered.items() for _ in range(n)]
        to_come, a_day = 0, 0.0
        if ends.when is not None and ends.when.time:
            to_come = ends.target - len(own)
            a_day = to_come / ends.when.time
        self.accrual = entries(own, now=max(self.day, *own), to_come=to_come, a_day=a_day)

    def line(self, one: HypothesisPlan, days: Sequence[dt.date]) -> EventLine:
        assert one.course is not None
        looks = [self._look(one, one.course, look, days) for look in one.looks]
        by_now = expected_events(one.course, self.day).total if self.day > 0 else 0.0
        return EventLine(one.name, one.label, one.unit, len(days), by_now, looks)

    def _look(
        self, one: HypothesisPlan, course: Course, look: LookDesign, days: Sequence[dt.date]
    ) -> LookAhead:
        told = LookAhead(look.name, look.amount, self._date(look.day.time))
        every = {x.name: x for x in hypothesis(self.protocol, one.name).looks}
        other = every[look.name].comes_with
        if other is not None or not look.fixed:
            return told._replace(why=f"with {other}" if other else look.says)
        if look.amount <= len(days):
            return told._replace(since=days[ceil(look.amount) - 1])
        if why := self._why_not(len(days)):
            return told._replace(why=why)
        seen, real = EventsSeen(self.day, len(days)), replace(course, accrual=self.accrual)
        try:
            when = forecast(real, seen, target=look.amount, coverage=COVERAGE)
        except InputError as problem:
            return told._replace(why=str(problem))
        if when.time is None or when.time - self.day > FARTHEST:
            return told._replace(why="not within ten years at the rate so far")
        early, late = self._date(when.early), self._date(when.late)
        return told._replace(day=self._date(when.time), early=early, late=late)

    def _why_not(self, seen: int) -> str:
        """Why no look is forecast; empty where one is."""
        if seen < FEWEST_ENTERED:
            return f"too early for a forecast, which needs {FEWEST_ENTERED} events"
        if self.ends.when is None and not self.ends.is_over:
            return "none is forecast while it is not known when the last subject is in"
        return ""

    def _date(self, day: float | None) -> dt.date | None:
        if day is None or day - self.day > FARTHEST:
            return None
        return self.first + dt.timedelta(days=ceil(day))
