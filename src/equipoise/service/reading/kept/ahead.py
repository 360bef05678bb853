"""What lies ahead of each subject, whatever the day: visits, doses, forms, queries, reports.

It hangs on the record alone, so that a new day changes none of it; see `sites` and `site_day`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from equipoise.conduct.chart import Chart
from equipoise.conduct.commands.days import randomized_on, today
from equipoise.conduct.commands.doses.of_dose import UNDER_WAY, regimen_now
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.entering.signers import AS_SIGNER, is_asked_of
from equipoise.conduct.commands.model import TRIAL_ID, CommandDesk
from equipoise.conduct.commands.versions import every_version, version_of
from equipoise.conduct.next_dose import Due, due
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import (
    Whose,
    forms_in,
    of_site,
    people_at,
    reported_at,
)
from equipoise.conduct.store.served.once import ReadOnce
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen
from equipoise.service.reading.calendar import AHEAD, Encounter, Schedules, encounters, is_stopped
from equipoise.service.reading.kinds import form_tells_arm, title_of
from equipoise.service.reading.rooms.screening import IN_SCREENING, still_to_do
from equipoise.service.reading.serious import SeriousLine, event_keys, serious_of

VALID: Final = 60  # days for which a schedule that was worked out reaches far enough
ENDED: Final = ("completed", "withdrawn", "lost", "died", "screen failure")
_TABLES: Final = ("visit", "dose", "sae")


class DoseAhead(NamedTuple):
    """The next dose of a drug. told : the doses so far; is_busy : it was checked or ordered"""

    drug: str
    regimen: Regimen
    told: Chart
    due: Due
    is_busy: bool


class FormAhead(NamedTuple):
    """A form that was begun, or a query about a form. title : of the form, by its own version

    reveals : the form is of some arms alone
    """

    row: Stored
    title: str
    reveals: bool


class Outlook(NamedTuple):
    """What lies ahead of a subject. until : the last day for which it reaches far enough

    visits : of the schedule, not held; drafts : the first row of each form that was begun
    left : of its screening, None where that is over; unsigned : how many forms
    """

    row: Stored
    protocol: Protocol
    until: dt.date
    visits: tuple[Encounter, ...]
    doses: tuple[DoseAhead, ...]
    serious: tuple[SeriousLine, ...]
    drafts: tuple[FormAhead, ...]
    held: dict[str, str]  # visit -> its name
    left: tuple[str, ...] | None
    unsigned: int
    queries: tuple[FormAhead, ...]


def outlooks(
    unit: Unit, protocol: Protocol, site: Stored, *, only: Iterable[str] | None = None
) -> dict[str, Outlook]:
    """Of the subjects of a site, or of some of them."""
    whose = Whose(site["id"], None if only is None else tuple(only))
    found = _Read(unit, protocol, site, whose)
    return {one["id"]: found.outlook(one) for one in found.people}


class _Read:
    """The records of several subjects, read at once."""

    def __init__(self, unit: Unit, protocol: Protocol, site: Stored, whose: Whose) -> None:
        self.unit, self.site = ReadOnce(unit.connection, unit.now), site
        self.people = people_at(unit, whose)
        names = [one["id"] for one in self.people]
        for table in _TABLES:
            self.unit.learn(table, "subject", names, of_site(unit, table, whose))
        events = of_site(unit, "form", whose, key=tuple(event_keys(every_version(self.unit))))
        self.unit.learn("form", "subject", names, events)
        self.unit.learn_values([one["id"] for one in events])
        kind = (self.unit.row("trial", TRIAL_ID) or {})["kind"]
        arms = {one["subject"]: one for one in of_site(unit, "allocation", whose, list=kind)}
        for name in names:
            self.unit.learn_row("allocation", arms.get(name), kind, name)
        self.drafts = by_subject(of_site(unit, "form", whose, state="draft"))
        asked = of_site(unit, "query", whose, state=("open", "reopened"))
        self.queries = by_subject(asked)
        about = tuple({one["form"] for one in asked})
        self.asked = {one["id"]: one for one in of_site(unit, "form", whose, id=about)}
        screened = tuple(one["id"] for one in self.people if one["state"] in IN_SCREENING)
        of_screened = Whose(whose.site, screened)
        self.screening = by_subject(of_site(unit, "form", of_screened) if screened else [])
        self.unsigned = defaultdict[str, list[Stored]](list)
        for name, key, visit in forms_in(unit, whose, "entered", "verified"):
            self.unsigned[name].append({"key": key, "visit": visit})
        self.reported = reported_at(unit, whose)
        named = {one["version"] for one in self.people}
        self.versions = {name: version_of(self.unit, name) if name else protocol for name in named}
        starts = [self.desk(one) for one in self.people]
        here = [(today(desk) - (randomized_on(desk) or today(desk))).days for desk in starts]
        self.schedules = Schedules(max(here, default=0) + AHEAD + VALID)

    def desk(self, person: Stored) -> CommandDesk:
        found = CommandDesk(self.unit, self.versions[person["version"]], None)
        found.subject, found.site = person, self.site
        return found

    def outlook(self, person: Stored) -> Outlook:
        desk, name = self.desk(person), person["id"]
        visits = self.unit.rows("visit", subject=name)
        is_in = person["state"] not in ENDED and person["randomized"] is not None
        return Outlook(
            person, desk.protocol, today(desk) + dt.timedelta(days=VALID),
            tuple(self._visits(desk, visits)) if is_in else (),
            tuple(_doses(desk)) if is_in else (),
            tuple(serious_of(desk, self.reported)),
            tuple(self._of_form(one, one) for one in _begun(self.drafts[name])),
            {one["id"]: one["name"] for one in visits}, self._left(desk),
            _unsigned(desk, self.unsigned[name]),
            tuple(self._of_form(one, self.asked[one["form"]]) for one in self.queries[name]),
        )  # fmt: skip

    def _of_form(self, row: Stored, form: Stored) -> FormAhead:
        protocol = version_of(self.unit, form["version"])
        return FormAhead(row, title_of(protocol, form["key"]), form_tells_arm(protocol, form))

    def _left(self, desk: CommandDesk) -> tuple[str, ...] | None:
        if desk.subject["state"] not in IN_SCREENING:
            return None
        forms = self.screening[desk.subject["id"]]
        return tuple(still_to_do(desk.protocol, desk.subject, forms))

    def _visits(self, desk: CommandDesk, visits: list[Stored]) -> Iterator[Encounter]:
        start = randomized_on(desk)
        if start is None or desk.subject["consented"] is None:
            return
        rows = self.unit.rows("dose", subject=desk.subject["id"])
        given = [one for one in rows if one["state"] in GIVEN_STATES]
        for one in encounters(desk, self.schedules, start, visits, given, beyond=VALID):
            if one.visit is None:
                yield one


def _doses(desk: CommandDesk) -> Iterator[DoseAhead]:
    arm = arm_of(desk)
    if arm is None or desk.subject["treatment_ended"] or desk.subject["died"]:
        return
    rows = desk.unit.rows("dose", subject=desk.subject["id"])
    busy = {one["drug"] for one in rows if one["state"] in UNDER_WAY}
    for drug in dict.fromkeys(one.drug for one in desk.protocol.arms[arm].give):
        if not is_stopped(desk, drug):
            first, told = regimen_now(desk, drug)
            yield DoseAhead(drug, first, told, due(first, told), drug in busy)


def _unsigned(desk: CommandDesk, forms: list[Stored]) -> int:
    return sum(is_asked_of(AS_SIGNER, desk.protocol, one) for one in forms)


def _begun(drafts: list[Stored]) -> list[Stored]:
    found: dict[tuple[str, str | None], Stored] = {}
    for one in drafts:
        found.setdefault((one["key"], one["visit"]), one)
    return list(found.values())


def given_doses(rows: list[Stored]) -> dict[str, list[Stored]]:
    """Subject -> the doses that were given, of the rows of doses."""
    return by_subject([one for one in rows if one["state"] in GIVEN_STATES])


def by_subject(rows: list[Stored]) -> dict[str, list[Stored]]:
    """Subject -> its rows; nobody has none."""
    found: dict[str, list[Stored]] = defaultdict(list)
    for one in rows:
        found[one["subject"]].append(one)
    return found
