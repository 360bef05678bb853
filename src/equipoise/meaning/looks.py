"""Looks: what each waits for, and what it counts.

A look waits for a trigger. What a trigger means in days depends on who asks: the planner has
expected days, an analysis has the data, a simulation has arrays. Each brings a `Clock`; how a
trigger is read is said here, once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import Protocol, TypeVar

from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.model import HypothesisDesign, LookPlan
from equipoise.protocol.model import Protocol as TrialProtocol

_Day = TypeVar("_Day")


@dataclass(frozen=True, slots=True)
class AtEvents:
    """So many events of the endpoint in the arms that the hypothesis compares."""

    count: int


@dataclass(frozen=True, slots=True)
class AtSubjects:
    """So many subjects randomized, over all arms, each followed for so many days."""

    count: int
    followed: int = 0


@dataclass(frozen=True, slots=True)
class AtInformation:
    """A share of what the last look counts; 1 is whatever the size comes out at."""

    share: float


@dataclass(frozen=True, slots=True)
class AfterFirst:
    """So many days after the first subject is randomized."""

    days: int


@dataclass(frozen=True, slots=True)
class OnDate:
    """A day of the calendar."""

    date: dt.date


@dataclass(frozen=True, slots=True)
class WithLook:
    """The day of another look, by its full name."""

    look: str


@dataclass(frozen=True, slots=True)
class AtEndOfStudy:
    """When follow-up ends."""


@dataclass(frozen=True, slots=True)
class LaterOf:
    """When all of several have come."""

    triggers: tuple[Trigger, ...]


Trigger = (
    AtEvents | AtSubjects | AtInformation | AfterFirst | OnDate | WithLook | AtEndOfStudy | LaterOf
)


@dataclass(frozen=True, slots=True)
class Look:
    """One analysis of one hypothesis.

    hypothesis, name : "PFS", "final"
    says : when it is, in words: "at 74 events"
    after : the full name of the look of the hypothesis written before it, or None
    held_on : the cut-off date, once it is known; the trigger says what it was planned for
    """

    hypothesis: str
    name: str
    says: str
    trigger: Trigger
    after: str | None
    held_on: dt.date | None
    efficacy: bool
    futility: bool

    @property
    def label(self) -> str:
        """Its full name, `PFS final`."""
        return f"{self.hypothesis} {self.name}"

    @property
    def is_dated(self) -> bool:
        """Whether it waits for nothing but its cut-off date."""
        return isinstance(self.trigger, OnDate)

    @property
    def comes_with(self) -> str | None:
        """The full name of the look it is held with, or None."""
        return self.trigger.look if isinstance(self.trigger, WithLook) else None


class Clock(Protocol[_Day]):
    """What tells the day of a trigger."""

    def events(self, count: int) -> _Day: ...
    def subjects(self, count: int, followed: int) -> _Day: ...
    def share(self, share: float) -> _Day: ...
    def after_first(self, days: int) -> _Day: ...
    def date(self, date: dt.date) -> _Day: ...
    def look(self, label: str) -> _Day: ...
    def end_of_study(self) -> _Day: ...
    def later(self, days: list[_Day]) -> _Day: ...


def day_of(trigger: Trigger, clock: Clock[_Day]) -> _Day:
    """The day on which a trigger comes, by a clock."""
    match trigger:
        case AtEvents(count):
            return clock.events(count)
        case AtSubjects(count, followed):
            return clock.subjects(count, followed)
        case AtInformation(share):
            return clock.share(share)
        case AfterFirst(days):
            return clock.after_first(days)
        case OnDate(date):
            return clock.date(date)
        case WithLook(label):
            return clock.look(label)
        case AtEndOfStudy():
            return clock.end_of_study()
        case LaterOf(triggers):
            return clock.later([day_of(one, clock) for one in triggers])


def held_day(look: Look, clock: Clock[_Day]) -> _Day:
    """The day on which a look is held: when its trigger comes, and not before the look before it.

    A cut-off date that is said is the day; after the end of the study nothing comes.
    """
    if look.held_on is not None and look.comes_with is None:
        return clock.date(look.held_on)
    own = day_of(look.trigger, clock)
    if look.after is None or isinstance(look.trigger, AtEndOfStudy):
        return own
    return clock.later([own, clock.look(look.after)])


def count_at(share: float, whole: float) -> int:
    """Events or subjects at a share of the information, rounded up.

    A binary fraction such as 0.7 of 10 must not become 8.
    """
    return ceil(round(share * whole, 9))


def looks_of(
    name: str, plan: HypothesisDesign, *, unit: str = "events", followed: int = 0
) -> tuple[Look, ...]:
    """The looks of a hypothesis, in the order of the file; one at the full size where none is said.

    unit : what is counted, in words
    followed : days for which a subject is followed until the endpoint is known
    """
    said = plan.looks or {"final": LookPlan(information=1.0)}
    before = [None, *(f"{name} {key}" for key in said)]
    return tuple(
        Look(
            hypothesis=name,
            name=key,
            says=_says(look, unit),
            trigger=_trigger(look, followed),
            after=after,
            held_on=look.cutoff,
            efficacy=look.efficacy,
            futility=look.futility,
        )
        for (key, look), after in zip(said.items(), before, strict=False)
    )


def _trigger(look: LookPlan, followed: int) -> Trigger:
    if look.later_of:
        return LaterOf(tuple(_trigger(one, followed) for one in look.later_of))
    if look.with_ is not None:
        return WithLook(look.with_)
    if look.events is not None:
        return AtEvents(look.events)
    if look.subjects is not None:
        return AtSubjects(look.subjects, followed)
    if look.information is not None:
        return AtInformation(look.information)
    if look.at is not None:
        return AfterFirst(look.at.whole_days)
    if look.end_of_study:
        return AtEndOfStudy()
    return OnDate(look.cutoff) if look.cutoff is not None else AtInformation(1.0)


def _says(look: LookPlan, unit: str) -> str:
    """When a look is, as a sentence goes on; a bare last one comes at the full amount."""
    if look.later_of:
        return f"when both have come: {' and '.join(_says(one, unit) for one in look.later_of)}"
    if look.with_ is not None:
        return f"with {look.with_}"
    if look.events is not None:
        return f"at {look.events} {unit}"
    if look.subjects is not None:
        return f"at {look.subjects} subjects"
    if look.information is not None and look.information < 1.0:
        return f"at {100 * look.information:g}% information"
    if look.at is not None:
        return f"at {look.at}"
    if look.end_of_study:
        return "at the end of the study"
    return "at the full amount" if look.cutoff is None else f"on {look.cutoff}"


def amount_waited_for(trigger: Trigger, unit: str) -> int | None:
    """Events or subjects a trigger names outright; None if it names none of that unit."""
    if isinstance(trigger, AtEvents):
        return trigger.count if unit != "subjects" else None
    if isinstance(trigger, AtSubjects):
        return trigger.count if unit == "subjects" else None
    if isinstance(trigger, LaterOf):
        named = [amount_waited_for(one, unit) for one in trigger.triggers]
        return max((n for n in named if n is not None), default=None)
    return None


def look_labels(protocol: TrialProtocol) -> tuple[str, ...]:
    """The full names of all looks, hypotheses and looks in the order of the file."""
    plans = protocol.design.hypotheses.items()
    return tuple(look.label for name, plan in plans for look in looks_of(name, plan))


def default_look(protocol: TrialProtocol) -> str:
    """The look that the report names, or else the first. Raises InputError if there is none."""
    name = protocol.report.look or next(iter(look_labels(protocol)), None)
    if name is None:
        raise InputError("the protocol plans no look: give one under `design`")
    return name


def known_look(protocol: TrialProtocol, label: str) -> str:
    """The name itself. Raises InputError with the list of looks if it is none of them."""
    known = look_labels(protocol)
    if label not in known:
        hint = did_you_mean(label, known)
        raise InputError(f'there is no look "{label}"; there are {", ".join(known)}{hint}')
    return label
