"""A subject's calendar: the visits that were held, are due, or were missed, and the next doses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from equipoise.conduct.commands.days import randomized_on, today
from equipoise.conduct.commands.doses.of_dose import advice_on, doses_given, regimen_now
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.next_dose import Advice, due
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import unlocked
from equipoise.conduct.store.unit import Unit
from equipoise.conduct.visits import (
    Encounters,
    dosed_in,
    dosing_visits,
    is_held_in,
    is_of_some_arms,
    planned,
    until_progression,
)
from equipoise.protocol import Protocol

FOLLOW_UP: Final = "follow up"
AHEAD: Final = 120  # days that a calendar looks forward
_CLOSING: Final = 2  # days before the end of a window
_MOST_LATE: Final = 60  # days after which a visit that was missed is no longer asked for


class Encounter(NamedTuple):
    """One visit of the schedule, whatever the day on which it is looked at.

    visit : the record of it, where it was held; passed : it was not, and a later one was
    reveals : whether it exists in some arms alone; is_dosing : a drug of the subject goes with it
    """

    key: str
    n: int
    name: str
    day: dt.date
    low: dt.date
    high: dt.date
    visit: Stored | None
    passed: bool
    reveals: bool
    is_dosing: bool

    def state_on(self, here: dt.date) -> str:
        """held, due, closing (due, and its window ends soon), coming, missed."""
        if self.visit is not None:
            return "held"
        if self.passed or here > self.high:
            return "missed"
        if here < self.low:
            return "coming"
        is_closing = (self.high - here).days <= _CLOSING and self.high > self.low
        return "closing" if is_closing else "due"


class PlannedVisit(NamedTuple):
    """The same on a day, with its state on it."""

    key: str
    n: int
    name: str
    day: dt.date
    low: dt.date
    high: dt.date
    state: str
    visit: Stored | None
    reveals: bool


class NextDose(NamedTuple):
    """What is done about a drug today. fits : the unit in which it is given"""

    drug: str
    advice: Advice | None
    due: dt.date
    amount: str
    unit: str
    given: int


def desk_for(unit: Unit, protocol: Protocol, subject: Stored) -> CommandDesk:
    """A desk at which a subject is looked at, under its version of the protocol."""
    own = version_of(unit, subject["version"]) if subject.get("version") else protocol
    found = CommandDesk(unlocked(unit), own, None)
    found.subject, found.site = subject, unit.row("site", subject["site"]) or {}
    return found


class Schedules:
    """The planned encounters of a protocol's visits up to a study day, each worked out once."""

    def __init__(self, horizon: int) -> None:
        self.horizon = horizon
        self._known: dict[tuple[int, str], tuple[Protocol, Encounters]] = {}

    def of(self, protocol: Protocol, key: str) -> Encounters:
        """Of a visit at which no drug is given."""
        asked = (id(protocol), key)
        if asked not in self._known:
            self._known[asked] = protocol, planned(protocol, key, horizon=self.horizon)
        return self._known[asked][1]


def calendar(
    desk: CommandDesk, *, visits: Sequence[Stored], given: Sequence[Stored]
) -> list[PlannedVisit]:
    """Every planned visit up to some months from now, in order; empty before consent.

    visits, given : the subject's visits, and the doses that were given
    """
    start, here = randomized_on(desk), today(desk)
    if desk.subject["consented"] is None:
        return []
    if start is None:
        found = list(_screening(desk, visits, here))
    else:
        every = encounters(desk, Schedules((here - start).days + AHEAD), start, visits, given)
        found = [
            PlannedVisit(*one[:6], one.state_on(here), one.visit, one.reveals) for one in every
        ]
    return sorted(found, key=lambda one: (one.day, one.name))


def encounters(
    desk: CommandDesk,
    schedules: Schedules,
    start: dt.date,
    visits: Sequence[Stored],
    given: Sequence[Stored],
    *,
    beyond: int = 0,
) -> Iterator[Encounter]:
    """The visits of a subject's schedule up to some months from now, and so many days more."""
    protocol, arm = desk.protocol, arm_of(desk)
    horizon = (today(desk) - start).days + AHEAD + beyond
    for key, visit in protocol.visits.items():
        if visit.at_cutoff or arm is None or not is_held_in(protocol, visit, arm):
            continue
        drugs = {one.drug for one in dosed_in(protocol, visit, arm)}
        own = [dt.date.fromisoformat(one["given"]) for one in given if one["drug"] in drugs]
        days = sorted((day - start).days + 1 for day in own)
        plan = (
            dosing_visits(protocol, key, arm=arm, given=days, horizon=horizon)
            if drugs
            else schedules.of(protocol, key)
        )
        yield from _of_visit(desk, key, plan, start, horizon, visits, is_dosing=bool(drugs))


def doses(desk: CommandDesk) -> Iterator[NextDose]:
    """Each drug of a subject's arm: whether it is given today, how much, and why not."""
    arm = arm_of(desk)
    if arm is None or desk.subject["treatment_ended"] or desk.subject["died"]:
        return
    here = today(desk)
    for drug in dict.fromkeys(one.drug for one in desk.protocol.arms[arm].give):
        if is_stopped(desk, drug):
            continue
        (first, told), said = regimen_now(desk, drug), advice_on(desk, drug, here)
        amount = said.dose if said is not None and said.dose is not None else first.dose
        yield NextDose(
            drug,
            said,
            due(first, told).day,
            f"{float(amount.value):g}",
            amount.unit,
            doses_given(desk, drug),
        )


def is_stopped(desk: CommandDesk, drug: str) -> bool:
    """Whether a drug was stopped for good by a decision."""
    rows = desk.unit.rows("dose", subject=desk.subject["id"], drug=drug)
    return any(one["state"] == "stopped" for one in rows)


def is_wanted(one: Encounter, here: dt.date) -> bool:
    """Whether a visit is asked for now: due, or missed a short while ago."""
    if one.visit is not None or (here < one.low and not one.passed):
        return False
    is_missed = one.passed or here > one.high
    return not is_missed or (here - one.high).days <= _MOST_LATE


def reveals_arm(protocol: Protocol, key: str) -> bool:
    """Whether a visit is held in some arms and not in others, so that it tells the arm."""
    visit = protocol.visits.get(key)
    return visit is not None and is_of_some_arms(protocol, visit)


def _screening(
    desk: CommandDesk, visits: Sequence[Stored], here: dt.date
) -> Iterator[PlannedVisit]:
    """Before randomization the visits of a fixed day are held when the site can."""
    for key, visit in desk.protocol.visits.items():
        if visit.day is not None and visit.day <= 0:
            row = next((one for one in visits if one["key"] == key), None)
            held = dt.date.fromisoformat(row["held"]) if row else here
            state = "held" if row else "due"
            name = (visit.label or key).capitalize()
            yield PlannedVisit(key, 1, name, held, held, held, state, row, False)


def _of_visit(
    desk: CommandDesk,
    key: str,
    plan: Encounters,
    start: dt.date,
    horizon: int,
    visits: Sequence[Stored],
    *,
    is_dosing: bool,
) -> Iterator[Encounter]:
    own = {one["n"]: one for one in visits if one["key"] == key}
    last, shuts, reveals = max(own, default=0), _ends(desk, key), reveals_arm(desk.protocol, key)
    span = dt.timedelta(days=plan.window or 0)
    for n, study_day in enumerate(plan.day.tolist(), start=1):
        if study_day > horizon:
            return
        planned_on = start + dt.timedelta(days=study_day - 1)
        low, high = planned_on - span, planned_on + span
        row = own.get(n)
        if row is None and _is_too_early(desk, key, planned_on):
            continue
        if row is None and shuts is not None and low > shuts:
            return
        on = dt.date.fromisoformat(row["held"]) if row and row["held"] else planned_on
        name = row["name"] if row else plan.name[n - 1]
        yield Encounter(key, n, name, on, low, high, row, n < last, reveals, is_dosing)


def _is_too_early(desk: CommandDesk, key: str, day: dt.date) -> bool:
    """Whether a visit of the follow-up falls into treatment, which has not ended by then."""
    if desk.protocol.visits[key].epoch != FOLLOW_UP:
        return False
    ended = desk.subject["treatment_ended"]
    return ended is None or day <= dt.date.fromisoformat(ended)


def _ends(desk: CommandDesk, key: str) -> dt.date | None:
    """The day after which no such visit is planned: of death, of participation, of treatment.

    A visit that goes on until progression outlasts the end of treatment.
    """
    visit, subject = desk.protocol.visits[key], desk.subject
    days = [subject["died"], subject["ended"]]
    if visit.epoch == "treatment" and not until_progression(visit.until):
        days.append(subject["treatment_ended"])
    known = [dt.date.fromisoformat(day) for day in days if day]
    return min(known, default=None)
