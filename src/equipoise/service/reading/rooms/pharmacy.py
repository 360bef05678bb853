"""The pharmacy of a site: doses to order and under way, what is left of an activity, kits."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from equipoise.conduct.commands.doses.decay import falls_to
from equipoise.conduct.commands.doses.of_dose import UNDER_WAY, half_life, plan_of
from equipoise.conduct.commands.doses.order_dose import activity_at
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.served.look import kits_at, of_site
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.protocol.model.conduct import RadiopharmacyPlan
from equipoise.service.access.roles import UNBLINDED, Visitor
from equipoise.service.reading.calendar import NextDose, desk_for
from equipoise.service.reading.kept.site_day import OrderAhead, Said, SiteDay, say_doses
from equipoise.service.reading.kept.sites import Kept

_STEPS: Final = 48  # of a curve


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
    """What a pharmacy page shows of doses and kits, and how many there are of each in all."""

    order: list[ToOrder]
    orders: int
    under_way: list[DoseUnderWay]
    doses: int
    kits: list[KitLine]
    every_kit: int


def pharmacy(
    unit: Unit,
    protocol: Protocol,
    who: Visitor,
    sites: Mapping[str, Kept[SiteDay]],
    *,
    most: int,
    skip: int = 0,
    asked: str = "",
) -> Pharmacy:
    """Doses and kits of sites; no dose of a site whose arms this visitor may not know.

    most : of each no more than so many are shown, after the first `skip`
    asked : a moment by the site's clock, of which is told what is left
    """
    own = [one for one in sites if who.knows_arms(one) and who.sees("doses", one)]
    lists = [[(one.order, name, one) for one in sites[name].told.orders] for name in own]
    shown = list(islice(heapq.merge(*lists, key=lambda one: one[0]), skip, skip + most))
    rows = [(site, one) for site in own
            for one in of_site(unit, "dose", site, state=UNDER_WAY)]  # fmt: skip
    rows.sort(key=lambda one: (one[1]["planned"] or "", one[1]["id"]))
    kits, every_kit = kits_at(unit, tuple(sites), most=most, skip=skip)
    return Pharmacy(
        list(_to_order(unit, sites, [(name, one) for _, name, one in shown])),
        sum(map(len, lists)),
        [_under_way(unit, protocol, *one, asked) for one in rows[skip : skip + most]],
        len(rows), [_kit(unit, who, tuple(sites), one) for one in kits], every_kit,
    )  # fmt: skip


def _to_order(
    unit: Unit, sites: Mapping[str, Kept[SiteDay]], shown: Sequence[tuple[str, OrderAhead]]
) -> Iterator[ToOrder]:
    said: Said = {}
    for site in dict.fromkeys(name for name, _ in shown):
        people = {one.subject for name, one in shown if name == site}
        said |= say_doses(unit, sites[site], people)
    for site, one in shown:
        yield ToOrder(one.subject, site, said[one.subject, one.dose.drug], one.late)


def _under_way(unit: Unit, protocol: Protocol, site: str, row: Stored, asked: str) -> DoseUnderWay:
    desk = desk_for(unit, protocol, unit.row("subject", row["subject"]) or {})
    kits = unit.rows("kit", site=site, state="assigned", subject=row["subject"], drug=row["drug"])
    return _dose(desk, row, [one["id"] for one in kits], asked)


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
    for n in range(_STEPS + 1):
        found = _point(desk, row, start + (end - start) * n / _STEPS)
        if found is not None:
            yield found


def _local(asked: str, zone: ZoneInfo) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(asked).replace(tzinfo=zone)
    except ValueError:
        return None


def _kit(unit: Unit, who: Visitor, sites: tuple[str, ...], one: Stored) -> KitLine:
    """A kit of a site, or one that is on its way to one, as far as it may be known."""
    site = one["site"]
    knows = any(who.knows_arms(own) for own in ([site] if site else sites))
    tells = knows or who.has(UNBLINDED)
    days = (dt.date.fromisoformat(one["expires"]) - unit.now.date()).days
    shown = {**one, "lot": one["lot"] if tells else ""}
    drug, subject = one["drug"] if tells else "", one["subject"] or ""
    return KitLine(shown, drug, subject if knows else "", days)
