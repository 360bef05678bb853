"""The pharmacy of a site: doses to order and under way, what is left of an activity, kits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.doses.decay import falls_to
from equipoise.conduct.commands.doses.of_dose import UNDER_WAY, half_life, plan_of
from equipoise.conduct.commands.doses.order_dose import activity_at
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.served.look import of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.protocol import Protocol
from equipoise.protocol.model.conduct import RadiopharmacyPlan
from equipoise.service.access.roles import UNBLINDED, Visitor
from equipoise.service.reading.calendar import NextDose, desk_for, doses
from equipoise.service.reading.kept import KeptLines

ORDER_SHOWN: Final = 7  # days before an order is due, on which it is shown
_ENDED: Final = ("completed", "withdrawn", "lost", "died", "screen failure")


class ActivityPoint(NamedTuple):
    """What is left at a moment, in the dose's unit. at : by the site's clock"""

    at: dt.datetime
    left: float


class DoseUnderWay(NamedTuple):
    """A dose that was checked, ordered, calibrated or received, and is not given yet.

    decays : it is an activity; now : what is left; asked : at the moment that was asked about
    until : how long it may be used, of the protocol; low, high : what the protocol accepts
    enough : how long as much as `low` is left
    curve : from the calibration on; kits : those that are kept for this subject
    """

    row: Stored
    site: str
    zone: str
    decays: bool
    now: ActivityPoint | None
    asked: ActivityPoint | None
    until: dt.datetime | None
    enough: dt.datetime | None
    low: float | None
    high: float | None
    curve: list[ActivityPoint]
    kits: list[str]


class ToOrder(NamedTuple):
    """A dose that falls due soon, and was not checked. late : it should have been ordered"""

    subject: str
    site: str
    next: NextDose
    late: bool


class KitLine(NamedTuple):
    """A kit, as far as a visitor may know of it. drug : empty where it would tell an arm"""

    row: Stored
    drug: str
    subject: str
    days: int


class Pharmacy(NamedTuple):
    """What a pharmacy page shows."""

    order: list[ToOrder]
    under_way: list[DoseUnderWay]
    kits: list[KitLine]


def pharmacy(
    unit: Unit,
    protocol: Protocol,
    who: Visitor,
    sites: tuple[str, ...],
    *,
    orders: KeptLines[ToOrder],
    asked: str = "",
) -> Pharmacy:
    """Doses and kits of sites; no dose of a site whose arms this visitor may not know.

    orders : what is kept of the doses to order
    asked : a moment by the site's clock, of which is told what is left
    """
    order: list[ToOrder] = []
    under_way: list[DoseUnderWay] = []
    for site in sites:
        if who.knows_arms(site) and who.sees("doses", site):
            under_way += _under_way(unit, protocol, site, asked)
            lines = orders.of(unit, protocol, (site,))[site].values()
            order += [one for several in lines for one in several]
    return Pharmacy(
        sorted(order, key=lambda one: (one.next.due, one.subject)),
        sorted(under_way, key=lambda one: (one.row["planned"] or "", one.row["id"])),
        list(_kits(unit, who, sites)),
    )


def _under_way(unit: Unit, protocol: Protocol, site: str, asked: str) -> Iterator[DoseUnderWay]:
    kits = unit.rows("kit", site=site, state="assigned")
    for state in UNDER_WAY:
        for row in of_site(unit, "dose", site, state=state):
            desk = desk_for(unit, protocol, unit.row("subject", row["subject"]) or {})
            own = [one["id"] for one in kits
                   if (one["subject"], one["drug"]) == (row["subject"], row["drug"])]  # fmt: skip
            yield _dose(desk, row, own, asked)


def _dose(desk: CommandDesk, row: Stored, kits: list[str], asked: str) -> DoseUnderWay:
    here, zone = desk.unit.now, ZoneInfo(desk.site["zone"])
    plan, days = plan_of(desk.protocol, row["drug"]), half_life(desk, row["drug"])
    low, high = _accepted(row, plan)
    until, enough = _lasts(row, plan, low, days)
    return DoseUnderWay(
        row, desk.site["id"], zone.key, days is not None,
        _point(desk, row, here.astimezone(zone)), _point(desk, row, _local(asked, zone)),
        until and until.astimezone(zone), enough and enough.astimezone(zone), low, high,
        list(_curve(desk, row, until, zone)), kits,
    )  # fmt: skip


def _accepted(row: Stored, plan: RadiopharmacyPlan | None) -> tuple[float | None, float | None]:
    """The least and the most that is accepted of the dose that is aimed at."""
    if plan is None or plan.accept is None:
        return None, None
    part, aim = float(plan.accept.within), float(row["level"] or plan.accept.amount.value)
    return aim * (1 - part), aim * (1 + part)


def _lasts(
    row: Stored, plan: RadiopharmacyPlan | None, low: float | None, days: float | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Until when it may be used, and until when there is enough."""
    if row["calibrated"] is None or plan is None:
        return None, None
    calibrated = moment(row["calibrated"])
    until = None if plan.usable_for is None else calibrated + plan.usable_for.delta
    if low is None or days is None:
        return until, None
    activity = float(row["activity"])
    return until, falls_to(low, activity, calibrated=calibrated, half_life_days=days)


def _point(desk: CommandDesk, row: Stored, at: dt.datetime | None) -> ActivityPoint | None:
    left = None if at is None else activity_at(desk, row, at)
    return None if left is None or at is None else ActivityPoint(at, left)


def _curve(
    desk: CommandDesk, row: Stored, until: dt.datetime | None, zone: ZoneInfo
) -> Iterator[ActivityPoint]:
    """From the calibration, or now if that is before it, to the end of use."""
    if row["calibrated"] is None:
        return
    calibrated = moment(row["calibrated"]).astimezone(zone)
    start = min(calibrated, max(desk.unit.now.astimezone(zone), calibrated - dt.timedelta(days=3)))
    end = until or calibrated + dt.timedelta(days=1)
    steps = 48
    for n in range(steps + 1):
        found = _point(desk, row, start + (end - start) * n / steps)
        if found is not None:
            yield found


def _local(asked: str, zone: ZoneInfo) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(asked).replace(tzinfo=zone)
    except ValueError:
        return None


def orders_of(
    unit: Unit, protocol: Protocol, site: str, only: str | None = None
) -> dict[str, list[ToOrder]]:
    """Subject -> doses that fall due soon and were not checked, of a site or of one subject."""
    found: dict[str, list[ToOrder]] = {}
    for line in _to_order(unit, protocol, site, only):
        found.setdefault(line.subject, []).append(line)
    return found


def _to_order(unit: Unit, protocol: Protocol, site: str, only: str | None) -> Iterator[ToOrder]:
    if only is None:
        people, given = unit.rows("subject", site=site), of_site(unit, "dose", site)
    else:
        people, given = [unit.row("subject", only) or {}], unit.rows("dose", subject=only)
    busy = {(one["subject"], one["drug"]) for one in given if one["state"] in UNDER_WAY}
    for person in people:
        if person["state"] in _ENDED or person["randomized"] is None:
            continue
        desk = desk_for(unit, protocol, person)
        here = today(desk)
        for one in doses(desk):
            is_over = one.advice is not None and one.advice.state in ("complete", "ended")
            plan = plan_of(protocol, one.drug)
            wanted = plan.order_before.whole_days if plan and plan.order_before else 0
            ahead = (one.due - here).days
            is_free = (person["id"], one.drug) not in busy
            if not is_over and is_free and ahead <= wanted + ORDER_SHOWN:
                yield ToOrder(person["id"], site, one, ahead < wanted)


def _kits(unit: Unit, who: Visitor, sites: tuple[str, ...]) -> Iterator[KitLine]:
    """By site and expiry: those of sites, and those that are on their way to one."""
    here = unit.now.date()
    rows = sorted(unit.rows("kit"), key=lambda one: (one["site"] or "", one["expires"], one["id"]))
    for one in rows:
        site = one["site"]
        if site is not None and site not in sites:
            continue
        knows = any(who.knows_arms(own) for own in ([site] if site else sites))
        tells = knows or who.has(UNBLINDED)
        days = (dt.date.fromisoformat(one["expires"]) - here).days
        shown = {**one, "lot": one["lot"] if tells else ""}
        drug, subject = one["drug"] if tells else "", one["subject"] or ""
        yield KitLine(shown, drug, subject if knows else "", days)
