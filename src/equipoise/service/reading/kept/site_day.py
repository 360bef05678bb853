"""A site on a day: what waits there, by kind and in order, and the doses that are to be ordered.

It is made of what lies ahead of each subject (`ahead`); what the dosing rules say is worked out
for those who are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.doses.of_dose import plan_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.commands.versions import every_version
from equipoise.conduct.next_dose import complete, may_stop_early
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import Whose, of_site
from equipoise.conduct.store.served.once import ReadOnce
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.calendar import Encounter, NextDose, desk_for, doses, is_wanted
from equipoise.service.reading.kept.ahead import DoseAhead, FormAhead, Outlook, outlooks
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.serious import TO_REPORT, SeriousLine

SOON: Final = 14  # days
SHOWN_FIRST: Final = 30  # of a kind of thing, or of orders
ORDER_SHOWN: Final = 7  # days before an order is due, on which it is shown
_ASKED_OF_DOSES: Final = {"labs", "subjects"}
About = Encounter | DoseAhead | SeriousLine | FormAhead | int | None
"""What a line is about: a visit, a dose, an event, a draft or a query, or how many forms."""
Said = dict[tuple[str, str], NextDose]
"""Subject and drug -> what is done about it today."""


class Waiting(NamedTuple):
    """Something that waits, of which a line can be made. needs : "arm", "sign", or nothing"""

    title: str
    needs: str
    site: str
    subject: str
    day: dt.date | None
    about: About

    @property
    def order(self) -> tuple[dt.date, str]:
        return self.day or dt.date.max, self.subject


class OrderAhead(NamedTuple):
    """A dose that falls due soon, and was not checked. late : it should have been ordered"""

    subject: str
    dose: DoseAhead
    late: bool

    @property
    def order(self) -> tuple[dt.date, str]:
        return self.dose.due.day, self.subject


class SiteDay(NamedTuple):
    """A site on a day. kinds : title and need -> what waits, in order; said : as far as asked

    stopped : the drugs that rules have stopped before they fell due, of those looked at so far;
    no new day changes that
    """

    day: dt.date
    ahead: dict[str, Outlook]
    kinds: dict[tuple[str, str], list[Waiting]]
    orders: list[OrderAhead]
    said: Said
    stopped: dict[str, list[str]]


def site_day(
    unit: Unit,
    protocol: Protocol,
    site: Stored,
    before: SiteDay | None = None,
    changed: Sequence[str] = (),
) -> SiteDay:
    """A site today.

    before : as it was; changed : the subjects whose records have changed since
    """
    here = unit.now.astimezone(ZoneInfo(site["zone"])).date()
    if before is None:
        return _added(unit, SiteDay(here, outlooks(unit, protocol, site), {}, [], {}, {}))
    again = {*changed, *(name for name, one in before.ahead.items() if one.until < here)}
    ahead = dict(before.ahead)
    if again:
        ahead |= outlooks(unit, protocol, site, only=sorted(again))
    stopped = {name: drugs for name, drugs in before.stopped.items() if name not in again}
    if before.day != here:
        return _added(unit, SiteDay(here, ahead, {}, [], {}, stopped))
    kinds = {
        key: [one for one in lines if one.subject not in again]
        for key, lines in before.kinds.items()
    }
    orders = [one for one in before.orders if one.subject not in again]
    said = {key: one for key, one in before.said.items() if key[0] not in again}
    return _added(unit, SiteDay(here, ahead, kinds, orders, said, stopped), sorted(again))


def say_doses(unit: Unit, kept: Kept[SiteDay], people: Iterable[str]) -> Said:
    """What the rules say today of each drug of subjects; it is remembered."""
    day = kept.told
    known = {} if kept.is_newer else day.said
    missing = sorted({name for name in people if not any((name, drug.drug) in known
                      for drug in day.ahead[name].doses)})  # fmt: skip
    found = _said(unit, day.ahead, missing)
    if not kept.is_newer:
        day.said.update(found)
    return {**known, **found}


def warm_site(unit: Unit, kept: Kept[SiteDay]) -> None:
    """Ask the rules about the doses that are shown first."""
    doses = kept.told.kinds.get(("Doses", "arm"), [])[:SHOWN_FIRST]
    orders = kept.told.orders[:SHOWN_FIRST]
    say_doses(unit, kept, {*(one.subject for one in doses), *(one.subject for one in orders)})


def _added(unit: Unit, day: SiteDay, names: Iterable[str] | None = None) -> SiteDay:
    """With what waits of subjects, by default of all."""
    own = [day.ahead[name] for name in (day.ahead if names is None else names)
           if name in day.ahead]  # fmt: skip
    for one in own:
        for waiting in _waits(one, day.day):
            day.kinds.setdefault((waiting.title, waiting.needs), []).append(waiting)
        day.orders.extend(_orders(one, day.day))
    early = [one for one in own if _may_stop(one, day.day)]
    _look_early(unit, day, [one.row["id"] for one in early])
    for one in early:
        for dose in one.doses:
            if dose.drug in day.stopped[one.row["id"]]:
                place = one.row["site"], one.row["id"]
                waiting = Waiting("Doses", "arm", *place, dose.due.day, dose)
                day.kinds.setdefault(("Doses", "arm"), []).append(waiting)
    for lines in day.kinds.values():
        lines.sort(key=lambda one: one.order)
    day.orders.sort(key=lambda one: one.order)
    return day


def _look_early(unit: Unit, day: SiteDay, people: Sequence[str]) -> None:
    """Which drugs rules have stopped before they fell due."""
    missing = sorted({*people} - {*day.stopped})
    day.stopped.update({name: [] for name in missing})
    for (name, drug), dose in _said(unit, day.ahead, missing).items():
        if dose.advice is not None and dose.advice.state == "stopped":
            day.stopped[name].append(drug)


def _waits(one: Outlook, here: dt.date) -> Iterator[Waiting]:
    place = one.row["site"], one.row["id"]
    for event in one.serious:
        if event.state == TO_REPORT:
            yield Waiting("Serious adverse events", "", *place, None, event)
    for title, visit in _asked_for(one, here):
        yield Waiting(title, _needs(visit), *place, visit.day, visit)
    if _is_dosed(one, here):
        for dose in one.doses:
            if _is_ruled(dose, here) and here >= dose.due.first:
                yield Waiting("Doses", "arm", *place, dose.due.day, dose)
    if one.left is not None:
        yield Waiting("Screening", "", *place, None, None)
    for draft in one.drafts:
        yield Waiting("Drafts to finish", _needs(draft), *place, None, draft)
    if one.unsigned:
        yield Waiting("To sign", "sign", *place, None, one.unsigned)
    for query in one.queries:
        yield Waiting("Queries to answer", _needs(query), *place, None, query)


def _needs(one: Encounter | FormAhead) -> str:
    return "arm" if one.reveals else ""


def _asked_for(one: Outlook, here: dt.date) -> Iterator[tuple[str, Encounter]]:
    for visit in one.visits:
        if is_wanted(visit, here):
            yield ("Late" if visit.state_on(here) == "missed" else "Due now"), visit
        elif here < visit.low and (visit.low - here).days <= SOON:
            yield "Coming", visit


def _is_dosed(one: Outlook, here: dt.date) -> bool:
    """Whether a visit is asked for at which doses are looked at."""
    return bool(one.doses) and any(visit.is_dosing for _, visit in _asked_for(one, here))


def _is_ruled(dose: DoseAhead, here: dt.date) -> bool:
    """Whether rules say what is done about a drug, of which something is left to give."""
    return bool(dose.regimen.modify) and not complete(dose.regimen, dose.told, here)


def _may_stop(one: Outlook, here: dt.date) -> bool:
    """Whether a rule could stop a drug before its next dose falls due."""
    return _is_dosed(one, here) and any(
        _is_ruled(dose, here) and here < dose.due.first and may_stop_early(dose.regimen)
        for dose in one.doses
    )


def _orders(one: Outlook, here: dt.date) -> Iterator[OrderAhead]:
    for dose in one.doses:
        plan = plan_of(one.protocol, dose.drug)
        wanted = plan.order_before.whole_days if plan and plan.order_before else 0
        ahead = (dose.due.day - here).days
        is_over = bool(dose.regimen.modify) and bool(complete(dose.regimen, dose.told, here))
        if not dose.is_busy and not is_over and ahead <= wanted + ORDER_SHOWN:
            yield OrderAhead(one.row["id"], dose, ahead < wanted)


def _said(unit: Unit, ahead: Mapping[str, Outlook], people: Sequence[str]) -> Said:
    """What the rules say of subjects, whose records are read at once."""
    if not people:
        return {}
    own = [ahead[name] for name in people]
    whose = Whose(own[0].row["site"], tuple(people))
    read = ReadOnce(unit.connection, unit.now)
    for table in ("visit", "dose"):
        read.learn(table, "subject", people, of_site(unit, table, whose))
    forms = of_site(unit, "form", whose)
    read.learn("form", "subject", people, forms)
    keys = {key for protocol in every_version(unit) for key, form in forms_of(protocol).items()
            if _ASKED_OF_DOSES & {*form.tables()}}  # fmt: skip
    read.learn_values([one["id"] for one in forms if one["key"] in keys])
    desks: list[CommandDesk] = [desk_for(read, one.protocol, one.row) for one in own]
    return {(desk.subject["id"], dose.drug): dose for desk in desks for dose in doses(desk)}
