"""One subject as a page shows it: what is next and why, the course as a picture, every visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import Any, Final, NamedTuple

from equipoise.adam.explain.patient import Patient
from equipoise.adam.explain.step import Step
from equipoise.conduct.commands.days import randomized_on, today
from equipoise.conduct.commands.entering.open_visit import arm_of
from equipoise.conduct.commands.findings import rows_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.reporting.figures.timeline import timeline
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.calendar import (
    NextDose,
    PlannedVisit,
    calendar,
    desk_for,
    doses,
    reveals_arm,
)
from equipoise.service.reading.kinds import form_tells_arm, is_once, keys_at, title_of
from equipoise.service.reading.rooms.screening import still_to_do

HIDDEN_VISIT: Final = "Visit"  # where its name would tell the arm
_MOST_WORDS: Final = 80  # characters of what an event is called, in a list
_SEVERAL: Final = ("laboratory", "lesion", "measurement", "assessment")


class FormLine(NamedTuple):
    """A form of a visit, or the place where it is entered. state : empty where nothing is there"""

    title: str
    state: str
    where: str


class VisitLine(NamedTuple):
    """A visit, held or planned, with its forms."""

    name: str
    day: dt.date
    low: dt.date
    high: dt.date
    state: str
    where: str
    forms: list[FormLine]


class SubjectSeen(NamedTuple):
    """A subject, as far as somebody may see it. arm : empty where it may not be known"""

    row: Stored
    site: Stored
    arm: str
    picture: str
    visits: list[VisitLine]
    next: list[NextDose]
    doses: list[Stored]
    at_any_time: list[FormLine]
    queries: list[Stored]
    deviations: list[Stored]
    here: dt.date
    left: list[str]
    unplanned: list[FormLine]


def seen(unit: Unit, protocol: Protocol, who: Visitor, subject: Stored) -> SubjectSeen:
    """Everything about a subject that a visitor may see."""
    desk, name = desk_for(unit, protocol, subject), subject["id"]
    knows = who.knows_arms(subject["site"])
    visits, forms = unit.rows("visit", subject=name), _forms(unit, name, knows=knows)
    given = unit.rows("dose", subject=name)
    own = [one for one in given if one["state"] in GIVEN_STATES]
    plan = calendar(desk, visits=visits, given=own)
    deviations = unit.rows("deviation", subject=name)
    arm = (arm_of(desk) or "") if knows else None
    return SubjectSeen(
        subject,
        desk.site,
        _arm(unit, protocol, desk) if knows else "",
        _picture(desk, own if knows else []),
        list(_visit_lines(protocol, name, plan, visits, forms, arm=arm)),
        list(doses(desk)) if knows else [],
        given if knows else [],
        list(_any_time(unit, protocol, forms)),
        [
            one
            for one in unit.rows("query", subject=name)
            if one["state"] != "closed" and one["form"] in {form["id"] for form in forms}
        ],
        [one for one in deviations if knows or one["category"] != "TREATMENT"],
        today(desk),
        list(still_to_do(protocol, subject, forms)),
        list(_unplanned(protocol, name, arm=arm)),
    )


def _forms(unit: Unit, subject: str, *, knows: bool) -> list[Stored]:
    """The forms of a subject; those of some arms alone where the arm may be known."""
    rows = unit.rows("form", subject=subject)
    if knows:
        return rows
    return [one for one in rows if not form_tells_arm(version_of(unit, one["version"]), one)]


def visit_name(protocol: Protocol, row: Stored, *, knows: bool) -> str:
    """A visit's name; a neutral one where it would tell an arm that may not be known."""
    if knows or not reveals_arm(protocol, row["key"]):
        return str(row["name"])
    return f"{HIDDEN_VISIT} of {row['held']}"


def _unplanned(protocol: Protocol, subject: str, *, arm: str | None) -> Iterator[FormLine]:
    """The visits that are planned for no day, and opened when there is need.

    arm : empty before randomization; None where it may not be known
    """
    for key, one in protocol.visits.items():
        if one.at_any_time and (not reveals_arm(protocol, key) or (arm and one.is_for(arm))):
            title = one.label or key[:1].upper() + key[1:]
            yield FormLine(title, "", f"/subjects/{subject}/open?key={key}")


def _arm(unit: Unit, protocol: Protocol, desk: CommandDesk) -> str:
    row = unit.row("allocation", desk.trial["kind"], desk.subject["id"])
    return "" if row is None else protocol.arms[row["arm"]].label or row["arm"]


def _visit_lines(
    protocol: Protocol,
    subject: str,
    plan: list[PlannedVisit],
    visits: list[Stored],
    forms: list[Stored],
    *,
    arm: str | None,
) -> Iterator[VisitLine]:
    """Planned visits and those beyond the plan, in order of time."""
    held, knows = {one.visit["id"] for one in plan if one.visit}, arm is not None
    beyond = [one for one in visits if one["id"] not in held]
    lines = []
    for one in plan:
        if one.visit is None and one.reveals and not knows:
            continue
        name = visit_name(protocol, one.visit, knows=knows) if one.visit else one.name
        where = f"/subjects/{subject}/open?key={one.key}&n={one.n}"
        own = _form_lines(protocol, subject, one.key, one.visit, forms, arm or "")
        lines.append(VisitLine(name, one.day, one.low, one.high, one.state, where, list(own)))
    for row in beyond:
        day = dt.date.fromisoformat(row["held"])
        own = _form_lines(protocol, subject, row["key"], row, forms, arm or "")
        name = visit_name(protocol, row, knows=knows)
        lines.append(VisitLine(name, day, day, day, "held", "", list(own)))
    yield from sorted(lines, key=lambda one: one.day)


def _form_lines(
    protocol: Protocol, subject: str, key: str, visit: Stored | None, forms: list[Stored], arm: str
) -> Iterator[FormLine]:
    if visit is None:
        return
    for name in keys_at(protocol, key, arm=arm):
        own = [one for one in forms if one["visit"] == visit["id"] and one["key"] == name]
        where = f"/subjects/{subject}/form?key={name}&visit={visit['id']}"
        yield FormLine(title_of(protocol, name), _state_of(own), where)


def _state_of(forms: list[Stored]) -> str:
    """The state of several forms: that of the one that is least far."""
    order = ("empty", "draft", "entered", "verified", "signed")
    found = [one["state"] for one in forms]
    return min(found, key=order.index) if found else ""


def _any_time(unit: Unit, protocol: Protocol, forms: list[Stored]) -> Iterator[FormLine]:
    """Events and therapies, each by its own words."""
    own = [one for one in forms if one["visit"] is None]
    said = values_of(unit, [one["id"] for one in own])
    for one in own:
        answers = said.get(one["id"], {})
        words = _first(protocol, one["key"], answers)
        title = title_of(protocol, one["key"])
        where = f"/forms/{one['id']}"
        name = shorten(words, _MOST_WORDS, placeholder="\N{HORIZONTAL ELLIPSIS}")
        yield FormLine(f"{title}: {name}" if name else title, one["state"], where)


def _first(protocol: Protocol, key: str, answers: Mapping[str, Stored]) -> str:
    """What an event or a therapy is called: the first answer of its form."""
    form = forms_of(protocol).get(key)
    if form is None or is_once(form):
        return ""
    return next((str(answers[one.key]["value"]) for one in form.asked if one.key in answers), "")


def _picture(desk: CommandDesk, given: list[Stored]) -> str:
    """The picture that `explain` draws, of what is known today; empty before randomization."""
    start = randomized_on(desk)
    endpoint = next(iter(desk.protocol.endpoints.values()), None)
    if start is None or endpoint is None:
        return ""
    visits = {one["id"]: one for one in desk.unit.rows("visit", subject=desk.subject["id"])}
    read, told, taken = (list(rows_of(desk, name)) for name in ("readings", "events", "therapies"))
    who = {"USUBJID": desk.subject["id"], "RANDDT": start, "DTHDT": _day(desk.subject["died"]),
           "LSTALVDT": today(desk) if desk.subject["ended"] is None else None}  # fmt: skip
    found = Patient(
        who, start, endpoint, None,
        tuple(_reading(visits[form["visit"]], row) for form, row in read if form["visit"]),
        tuple(_dose(one) for one in given),
        tuple(_event(row) for _, row in told if row.get("start")),
        tuple({"DATE": row["start"], "CMTRT": row.get("therapy")}
              for _, row in taken if row.get("start")),
        Step(""),
    )  # fmt: skip
    return timeline(found)


def _reading(visit: Stored, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"ADT": _day(visit["held"]), "AVALC": row.get("response"), "VISIT": visit["name"],
            "REASON": "", "SUM": None}  # fmt: skip


def _dose(row: Stored) -> dict[str, Any]:
    return {"DAY": _day(row["given"]), "END": _day(row["last"]), "EXTRT": row["drug"],
            "EXDOSE": float(row["amount"]), "EXDOSU": row["unit"], "EXADJ": row["reason"],
            "PLACE": ""}  # fmt: skip


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"ASTDT": row["start"], "AENDT": row.get("end"), "AEDECOD": row.get("term") or "",
            "ATOXGRN": row.get("grade"), "AESER": "Y" if row.get("serious") else "N",
            "PLACE": ""}  # fmt: skip


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
