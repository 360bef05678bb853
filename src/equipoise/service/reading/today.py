"""What is to be done today, by whom: nobody keeps a list beside this one."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Mapping
from itertools import islice
from typing import Final, NamedTuple

from equipoise.conduct.commands.safety.clocks import sae_plan
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import AS_INVESTIGATOR, Visitor
from equipoise.service.reading.calendar import Encounter
from equipoise.service.reading.kept.ahead import DoseAhead, FormAhead, Outlook
from equipoise.service.reading.kept.site_day import Said, SiteDay, Waiting, say_doses
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.kinds import keys_at, title_of
from equipoise.service.reading.serious import TO_REPORT, SeriousLine

_ORDER: Final = (
    "Serious adverse events", "Doses", "Late", "Due now", "Screening", "Queries to answer",
    "Drafts to finish", "To sign", "Coming",
)  # fmt: skip


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


def to_do(
    unit: Unit,
    who: Visitor,
    sites: Mapping[str, Kept[SiteDay]],
    *,
    most: int,
    kind: str = "",
    skip: int = 0,
) -> list[ToDo]:
    """Everything that waits for somebody; kinds without anything are left out.

    most : of a kind no more lines than so many are shown, after the first `skip`
    kind : the title of one kind alone
    """
    found = []
    for title in _ORDER if not kind else (kind,):
        lists = [
            lines
            for name, kept in sites.items()
            for needs, may in _rights(who, name).items()
            if may and (lines := kept.told.kinds.get((title, needs)))
        ]
        shown = list(islice(heapq.merge(*lists, key=lambda one: one.order), skip, skip + most))
        if lists:
            found.append(ToDo(title, _lines(unit, sites, shown), sum(map(len, lists))))
    return found


def serious_at(sites: Mapping[str, Kept[SiteDay]]) -> list[SeriousLine]:
    """Serious adverse events of sites: those not reported first, then by their clock."""
    every = (one for kept in sites.values() for own in kept.told.ahead.values()
             for one in own.serious)  # fmt: skip
    return sorted(every, key=lambda one: (one.state != TO_REPORT, one.due, one.subject))


def _rights(who: Visitor, site: str) -> dict[str, bool]:
    return {"": True, "arm": who.knows_arms(site), "sign": who.has(AS_INVESTIGATOR, site)}


def _lines(unit: Unit, sites: Mapping[str, Kept[SiteDay]], shown: list[Waiting]) -> list[ToDoLine]:
    """What is shown in words; the dosing rules are asked about those alone."""
    said: Said = {}
    for name in dict.fromkeys(one.site for one in shown):
        dosed = {one.subject for one in shown
                 if one.site == name and isinstance(one.about, DoseAhead)}  # fmt: skip
        said |= say_doses(unit, sites[name], dosed) if dosed else {}
    return [_line(one, sites[one.site].told, said) for one in shown]


def _line(one: Waiting, day: SiteDay, said: Said) -> ToDoLine:
    outlook, about = day.ahead[one.subject], one.about
    match about:
        case Encounter():
            return _visit(outlook.protocol, one.subject, about, day.day)
        case DoseAhead():
            return _dose(one, said)
        case SeriousLine():
            what, where = f"Report: {about.term}", f"/forms/{about.form}#report"
            within = f"within {sae_plan(outlook.protocol).report_within}"
            return ToDoLine(one.subject, what, within, None, "late", where)
        case int():
            words, where = f"{about} form" + "s" * (about > 1), f"/subjects/{one.subject}/sign"
            return ToDoLine(one.subject, words, "", None, "now", where)
        case FormAhead(row, title) if one.title == "Queries to answer":
            where = f"/queries#{row['id']}"
            return ToDoLine(one.subject, title, row["text"], None, "now", where)
        case FormAhead():
            return _draft(outlook, about)
    return _screening(outlook)


def _visit(protocol: Protocol, subject: str, one: Encounter, here: dt.date) -> ToDoLine:
    state = one.state_on(here)
    asked = [title_of(protocol, key).lower() for key in keys_at(protocol, one.key)]
    window = {
        "missed": f"window ended {_day(one.high)}",
        "closing": f"window ends {_day(one.high)}",
        "due": f"until {_day(one.high)}" if one.high > one.day else "",
        "coming": f"from {_day(one.low)}",
    }[state]
    tone = {"missed": "late", "closing": "late", "due": "now", "coming": "soon"}[state]
    where = f"/subjects/{subject}/open?key={one.key}&n={one.n}"
    why = ", ".join([window, *asked] if window else asked)
    return ToDoLine(subject, one.name, why, one.day, tone, where)


def _dose(one: Waiting, said: Said) -> ToDoLine:
    """A dose under rules that is due: given, held, or not known for want of a value."""
    assert isinstance(one.about, DoseAhead)
    dose = said[one.subject, one.about.drug]
    assert dose.advice is not None
    tone = "now" if dose.advice.state == "give" else "late"
    where = f"/subjects/{one.subject}#next"
    return ToDoLine(one.subject, dose.drug, dose.advice.in_words(), dose.due, tone, where)


def _screening(one: Outlook) -> ToDoLine:
    left, name = one.left or (), one.row["id"]
    what, why = ("Screening", f"to do: {', '.join(left)}") if left else ("Randomize", "")
    where = f"/subjects/{name}" + ("" if left else "/randomize")
    return ToDoLine(name, what, why, None, "now", where)


def _draft(outlook: Outlook, about: FormAhead) -> ToDoLine:
    row = about.row
    name = outlook.held.get(row["visit"] or "", "")
    where = f"/forms/{row['id']}"
    if row["key"] == "laboratory":
        where = f"/subjects/{row['subject']}/form?key=laboratory&visit={row['visit']}"
    what = f"{about.title}{f', {name}' if name else ''}"
    return ToDoLine(row["subject"], what, "started, not entered", None, "now", where)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"
