"""What is to be done today, by whom: nobody keeps a list beside this one."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.entering.signers import AS_SIGNER, is_asked_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.versions import every_version, version_of
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.store.served.look import of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import AS_INVESTIGATOR, Visitor
from equipoise.service.reading.calendar import PlannedVisit, calendar, desk_for, doses, is_wanted
from equipoise.service.reading.kinds import form_tells_arm, keys_at, title_of
from equipoise.service.reading.rooms.screening import IN_SCREENING, still_to_do
from equipoise.service.reading.serious import event_keys, serious_among

SOON: Final = 14  # days
ENDED: Final = ("completed", "withdrawn", "lost", "died", "screen failure")


class ToDoLine(NamedTuple):
    """One thing to do. tone : late, now, soon; where : the page on which it is done"""

    subject: str
    what: str
    why: str
    day: dt.date | None
    tone: str
    where: str


class ToDo(NamedTuple):
    """One kind of thing to do. total : of its lines, of which there may be more than are shown"""

    title: str
    lines: list[ToDoLine]
    total: int


class Waiting(NamedTuple):
    """A line with who sees it. needs : "arm", "sign", or nothing"""

    title: str
    needs: str
    line: ToDoLine


class _Site:
    """What is known of a site's subjects, or of one of them, read at once."""

    def __init__(self, unit: Unit, protocol: Protocol, site: str, only: str | None = None) -> None:
        self.unit, self.protocol, self.site, self._only = unit, protocol, site, only
        one = unit.row("subject", only) if only is not None else None
        self.people = unit.rows("subject", site=site) if one is None else [one]
        self.forms = self.rows("form")
        self.visits = by_subject(self.rows("visit"))
        self.reported = {one["form"] for one in self.rows("sae")}
        self.given = given_doses(self.rows("dose"))

    def rows(self, table: str, **equal: Any) -> list[Stored]:
        if self._only is not None:
            return self.unit.rows(table, subject=self._only, **equal)
        return of_site(self.unit, table, self.site, **equal)

    def desk(self, subject: Stored) -> CommandDesk:
        return desk_for(self.unit, self.protocol, subject)


def to_do(
    who: Visitor, sites: Mapping[str, Mapping[str, list[Waiting]]], *, most: int | None = None
) -> list[ToDo]:
    """Everything that waits for somebody; kinds without anything are left out.

    sites : site -> subject -> its lines; most : of a kind no more lines than so many are shown
    """
    found: dict[str, list[ToDoLine]] = defaultdict(list)
    for name, subjects in sites.items():
        may = {"": True, "arm": who.knows_arms(name), "sign": who.has(AS_INVESTIGATOR, name)}
        for lines in subjects.values():
            for title, needs, line in lines:
                if may[needs]:
                    found[title].append(line)
    order = ("Serious adverse events", "Doses", "Late", "Due now", "Screening", "Queries to answer",
             "Drafts to finish", "To sign", "Coming")  # fmt: skip
    return [_kind(title, found[title], most) for title in order if found[title]]


def lines_of(
    unit: Unit, protocol: Protocol, name: str, only: str | None = None
) -> dict[str, list[Waiting]]:
    """Subject -> what waits, of a site or of one of its subjects, for whoever may see it."""
    site, found = _Site(unit, protocol, name, only), dict[str, list[Waiting]]()
    every = (
        (("Serious adverse events", "", line) for line in _serious(site)),
        _visits(site),
        (("Screening", "", line) for line in _screening(site)),
        (("Drafts to finish", needs, line) for needs, line in _drafts(site)),
        (("To sign", "sign", line) for line in _unsigned(site)),
        (("Queries to answer", needs, line) for needs, line in _queries(site)),
    )
    for lines in every:
        for title, needs, line in lines:
            found.setdefault(line.subject, []).append(Waiting(title, needs, line))
    return found


def _kind(title: str, lines: list[ToDoLine], most: int | None) -> ToDo:
    first = heapq.nsmallest(
        most or len(lines), lines, key=lambda one: (one.day or dt.date.max, one.subject)
    )
    return ToDo(title, first, len(lines))


def _visits(site: _Site) -> Iterator[tuple[str, str, ToDoLine]]:
    for one in site.people:
        if one["state"] in ENDED or one["randomized"] is None:
            continue
        desk = site.desk(one)
        here = today(desk)
        plan = calendar(desk, visits=site.visits[one["id"]], given=site.given[one["id"]])
        is_dosed = False
        for planned in plan:
            is_soon = planned.state == "coming" and (planned.low - here).days <= SOON
            if not (is_wanted(planned, here) or is_soon):
                continue
            is_dosed = is_dosed or planned.reveals
            title = "Coming" if is_soon else "Late" if planned.state == "missed" else "Due now"
            needs = "arm" if planned.reveals else ""
            yield title, needs, _visit(desk.protocol, one["id"], planned)
        if is_dosed:
            yield from (("Doses", "arm", line) for line in _doses(desk, here))


def _visit(protocol: Protocol, subject: str, one: PlannedVisit) -> ToDoLine:
    asked = [title_of(protocol, key).lower() for key in keys_at(protocol, one.key)]
    window = {
        "missed": f"window ended {_day(one.high)}",
        "closing": f"window ends {_day(one.high)}",
        "due": f"until {_day(one.high)}" if one.high > one.day else "",
        "coming": f"from {_day(one.low)}",
    }[one.state]
    tone = {"missed": "late", "closing": "late", "due": "now", "coming": "soon"}[one.state]
    where = f"/subjects/{subject}/open?key={one.key}&n={one.n}"
    why = ", ".join([window, *asked] if window else asked)
    return ToDoLine(subject, one.name, why, one.day, tone, where)


def _doses(desk: CommandDesk, here: dt.date) -> Iterator[ToDoLine]:
    """Doses under rules that are due: given, held, or not known for want of a value."""
    for one in doses(desk):
        if one.advice is not None and one.advice.state in ("give", "held", "not known", "stopped"):
            tone = "now" if one.advice.state == "give" else "late"
            said = one.advice.in_words()
            subject = desk.subject["id"]
            yield ToDoLine(subject, one.drug, said, one.due, tone, f"/subjects/{subject}#next")


def _screening(site: _Site) -> Iterator[ToDoLine]:
    forms = by_subject(site.forms)
    for one in site.people:
        if one["state"] in IN_SCREENING:
            left = list(still_to_do(site.protocol, one, forms[one["id"]]))
            what, why = ("Screening", f"to do: {', '.join(left)}") if left else ("Randomize", "")
            where = f"/subjects/{one['id']}" + ("" if left else "/randomize")
            yield ToDoLine(one["id"], what, why, None, "now", where)


def _drafts(site: _Site) -> Iterator[tuple[str, ToDoLine]]:
    for (subject, key, visit), forms in _grouped(site, "draft").items():
        protocol = version_of(site.unit, forms[0]["version"])
        needs = "arm" if form_tells_arm(protocol, forms[0]) else ""
        what = f"{title_of(protocol, key)}{_of_visit(site, subject, visit)}"
        where = f"/forms/{forms[0]['id']}" if key != "laboratory" else _grid(subject, visit)
        yield needs, ToDoLine(subject, what, "started, not entered", None, "now", where)


def _unsigned(site: _Site) -> Iterator[ToDoLine]:
    count: dict[str, int] = defaultdict(int)
    for one in site.forms:
        is_open = one["state"] in ("entered", "verified")
        count[one["subject"]] += is_open and is_asked_of(AS_SIGNER, site.protocol, one)
    for subject, several in count.items():
        if several:
            words = f"{several} form" + "s" * (several > 1)
            yield ToDoLine(subject, words, "", None, "now", f"/subjects/{subject}/sign")


def _grouped(site: _Site, state: str) -> Mapping[tuple[str, str, str | None], list[Stored]]:
    found: dict[tuple[str, str, str | None], list[Stored]] = defaultdict(list)
    for one in site.forms:
        if one["state"] == state:
            found[one["subject"], one["key"], one["visit"]].append(one)
    return found


def _of_visit(site: _Site, subject: str, visit: str | None) -> str:
    name = next((one["name"] for one in site.visits[subject] if one["id"] == visit), "")
    return f", {name}" if name else ""


def _grid(subject: str, visit: str | None) -> str:
    return f"/subjects/{subject}/form?key=laboratory&visit={visit}"


def _queries(site: _Site) -> Iterator[tuple[str, ToDoLine]]:
    forms = {one["id"]: one for one in site.forms}
    for state in ("open", "reopened"):
        for one in site.rows("query", state=state):
            form = forms[one["form"]]
            protocol = version_of(site.unit, form["version"])
            needs = "arm" if form_tells_arm(protocol, form) else ""
            what, where = title_of(protocol, form["key"]), f"/queries#{one['id']}"
            yield needs, ToDoLine(one["subject"], what, one["text"], None, "now", where)


def _serious(site: _Site) -> Iterator[ToDoLine]:
    """Events that say they are serious and were not reported: their clock runs."""
    keys = event_keys(every_version(site.unit))
    people = {one["subject"] for one in site.forms if one["key"] in keys}
    for form, row in serious_among(site.unit, site.protocol, people):
        if form["id"] not in site.reported:
            what, where = f"Report: {row['term']}", f"/forms/{form['id']}#report"
            yield ToDoLine(form["subject"], what, "within 24 hours", None, "late", where)


def given_doses(rows: list[Stored]) -> dict[str, list[Stored]]:
    """Subject -> the doses that were given, of the rows of doses."""
    return by_subject([one for one in rows if one["state"] in GIVEN_STATES])


def by_subject(rows: list[Stored]) -> dict[str, list[Stored]]:
    """Subject -> its rows; nobody has none."""
    found: dict[str, list[Stored]] = defaultdict(list)
    for one in rows:
        found[one["subject"]].append(one)
    return found


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"
