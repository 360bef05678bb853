"""When each look of a hypothesis is expected, and with how much information."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from equipoise.design.plan.answer import Answer
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps, WhenExpected, time_of_events, when_expected
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.looks import (
    AtEvents,
    AtInformation,
    AtSubjects,
    LaterOf,
    Look,
    Trigger,
    count_at,
    day_of,
)
from equipoise.meaning.rates import accrual, end_of_study, says_accrual
from equipoise.protocol import Protocol

NOWHEN = WhenExpected(None, None, None)


@dataclass(frozen=True, slots=True)
class PlannedLook:
    """A look of a hypothesis under the assumptions, its size still open.

    other : expected day of another hypothesis' look, by its full name
    """

    protocol: Protocol
    hypothesis: Hypothesis
    answer: Answer
    look: Look
    other: Callable[[str], float | None]

    @property
    def fixed(self) -> bool:
        """Whether it waits for an amount, and for nothing else."""
        if isinstance(self.look.trigger, AtSubjects):
            return self.answer.unit == "subjects"
        return isinstance(self.look.trigger, AtEvents | AtInformation)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a share of an amount that is not said."""
        return _has_share(self.look.trigger)

    def amount(self, maximum: float) -> float:
        """Events or subjects of the two arms, when the last look has `maximum`.

        Raises   InputError if they cannot be worked out.
        """
        return day_of(self.look.trigger, _Amounts(self, maximum))

    def day(self, maximum: float) -> WhenExpected:
        """When it is expected; None where it cannot come before follow-up ends."""
        if not self.fixed:
            return WhenExpected(day_of(self.look.trigger, _Days(self, maximum)), None, None)
        return _within_study(self.protocol, self._day_of_amount(self.amount(maximum)))

    def _day_of_amount(self, amount: float) -> WhenExpected:
        a = self.answer
        if a.course is None:
            day = None if a.entered is None else a.entered.reaches(amount)
            return WhenExpected(None if day is None else day + self._followed, None, None)
        if amount > a.course.subjects:
            raise InputError(f"{amount:g} {a.unit} are asked of {a.course.subjects:g} patients")
        return when_expected(a.course, round(amount))

    @property
    def _followed(self) -> int:
        trigger = self.look.trigger
        return trigger.followed if isinstance(trigger, AtSubjects) else 0


def planned_looks(
    protocol: Protocol, h: Hypothesis, a: Answer, other: Callable[[str], float | None]
) -> tuple[PlannedLook, ...]:
    """Every look of a hypothesis."""
    return tuple(PlannedLook(protocol, h, a, look, other) for look in h.looks)


def _has_share(trigger: Trigger) -> bool:
    if isinstance(trigger, LaterOf):
        return any(_has_share(one) for one in trigger.triggers)
    return isinstance(trigger, AtInformation)


def _within_study(protocol: Protocol, when: WhenExpected) -> WhenExpected:
    """Without the days on which follow-up has ended."""
    end = end_of_study(protocol)
    if end is None:
        return when
    known = [None if day is None or day > end else day for day in when]
    return WhenExpected(*known)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Days since the first subject, of triggers that the calendar decides."""

    planned: PlannedLook

    @property
    def _entered(self) -> Steps:
        protocol = self.planned.protocol
        return accrual(protocol.assume.accrual, protocol.population.randomize)

    def randomized(self, count: int, followed: int) -> float:
        day = self._entered.reaches(count)
        if day is None:
            randomize = self.planned.protocol.population.randomize
            raise InputError(f"{self.planned.look.name}: {count} subjects of {randomize}")
        return day + followed

    def on(self, date: dt.date) -> float:
        start = self.planned.protocol.assume.accrual.start
        if start is None:
            raise InputError(
                f"{self.planned.look.name}: it waits for {date}, so `assume.accrual` must say its "
                "`start`"
            )
        return float((date - start).days)

    def with_look(self, label: str) -> float:
        day = self.planned.other(label)
        if day is None:
            raise InputError(
                f"{self.planned.look.name}: the look it comes with, {label}, is never expected"
            )
        return day

    def end(self) -> float:
        day = end_of_study(self.planned.protocol)
        if day is None:
            raise InputError(
                f"{self.planned.look.name}: assume.accrual and assume.follow up say when the study "
                "ends; expected both"
            )
        return day


class _Amounts:
    """Reads triggers as expected events or subjects of the two arms."""

    def __init__(self, planned: PlannedLook, maximum: float) -> None:
        self._planned, self._maximum = planned, maximum
        self._calendar = _Calendar(planned)

    def _yielded(self, day: float) -> float:
        a, h = self._planned.answer, self._planned.hypothesis
        if a.yielded is None:
            raise InputError(
                f"{self._planned.look.name}: it waits for a day, so assume.{h.endpoint_name} and "
                f"assume.accrual must say how many {a.unit} to expect by then"
            )
        return a.yielded(day)

    def events(self, count: int) -> float:
        if self._planned.answer.unit == "subjects":
            raise InputError(
                f"{self._planned.look.name}: {self._planned.hypothesis.name} counts subjects, not "
                "events; expected one such as `300 subjects`"
            )
        return float(count)

    def subjects(self, count: int, followed: int) -> float:
        if self._planned.answer.unit == "subjects":
            return count * self._planned.hypothesis.share
        return self._yielded(self._calendar.randomized(count, followed))

    def share(self, share: float) -> float:
        return self._maximum if share == 1.0 else float(count_at(share, self._maximum))

    def after_first(self, days: int) -> float:
        return self._yielded(days)

    def date(self, date: dt.date) -> float:
        return self._yielded(self._calendar.on(date))

    def look(self, label: str) -> float:
        return self._yielded(self._calendar.with_look(label))

    def end_of_study(self) -> float:
        return self._yielded(self._calendar.end())

    def later(self, days: list[float]) -> float:
        return max(days)


class _Days:
    """Reads triggers as expected days since the first subject; None where one never comes."""

    def __init__(self, planned: PlannedLook, maximum: float) -> None:
        self._planned, self._calendar = planned, _Calendar(planned)
        self._amounts = _Amounts(planned, maximum)

    def _of_amount(self, amount: float) -> float | None:
        a = self._planned.answer
        if a.course is not None:
            return time_of_events(a.course, amount)
        return None if a.entered is None else a.entered.reaches(amount)

    def events(self, count: int) -> float | None:
        return self._of_amount(self._amounts.events(count))

    def subjects(self, count: int, followed: int) -> float | None:
        if not says_accrual(self._planned.protocol.assume.accrual):
            return None
        return self._calendar.randomized(count, followed)

    def share(self, share: float) -> float | None:
        return self._of_amount(self._amounts.share(share))

    def after_first(self, days: int) -> float | None:
        return float(days)

    def date(self, date: dt.date) -> float | None:
        return self._calendar.on(date)

    def look(self, label: str) -> float | None:
        return self._calendar.with_look(label)

    def end_of_study(self) -> float | None:
        return self._calendar.end()

    def later(self, days: list[float | None]) -> float | None:
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None
