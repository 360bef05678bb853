"""How the trial stands, of all arms together: recruitment by site and stratum, queries, events."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.commands.versions import every_version
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import asked_at, recruited, turns_of
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.kinds import keys_of_arms


class SiteCount(NamedTuple):
    """Recruitment of a site."""

    site: str
    name: str
    country: str
    state: str
    screened: int
    failed: int
    randomized: int
    cap: int | None
    last: str


class Accrued(NamedTuple):
    """Recruitment of the trial. months : of each month, how many were randomized"""

    wanted: int
    randomized: int
    screened: int
    sites: list[SiteCount]
    strata: list[tuple[str, int]]
    months: list[tuple[str, int]]
    last: str


class SiteRecruited(NamedTuple):
    """What a site adds. months, strata : of each, how many were randomized; last : the last day"""

    screened: int
    failed: int
    months: dict[str, int]
    strata: dict[str, int]
    last: dt.date | None


def recruited_at(
    unit: Unit,
    protocol: Protocol,
    site: Stored,
    before: SiteRecruited | None = None,
    changed: Sequence[str] = (),
) -> SiteRecruited:
    """Recruitment of a site. before, changed : as `KeptSites` tells them; a site is read anew"""
    people = recruited(unit, site["id"])
    kind = (unit.row("trial", TRIAL_ID) or {})["kind"]
    strata = unit.tally("allocation", "stratum", list=kind, site=site["id"])
    days = [day_at(site["zone"], at) for _, at in people if at is not None]
    return SiteRecruited(
        len(people),
        sum(state == "screen failure" for state, _ in people),
        Counter(f"{day:%Y-%m}" for day in days),
        {stratum: count for (stratum,), count in strata.items()},
        max(days, default=None),
    )


def accrued(protocol: Protocol, sites: Mapping[str, Kept[SiteRecruited]]) -> Accrued:
    """Recruitment, without any arm."""
    strata, months = Counter[str](), Counter[str]()
    for kept in sites.values():
        months.update(kept.told.months)
        for stratum, count in kept.told.strata.items():
            strata[stratum_words(stratum)] += count
    lasts = [kept.told.last for kept in sites.values() if kept.told.last is not None]
    return Accrued(
        protocol.population.randomize,
        sum(months.values()),
        sum(kept.told.screened for kept in sites.values()),
        [_site(kept.site, kept.told) for kept in sites.values()],
        sorted(strata.items()),
        _months(months),
        str(max(lasts)) if lasts else "",
    )


def expected_end(found: Accrued, today: dt.date, *, span: int = 182) -> dt.date | None:
    """When recruitment ends if it goes on as in the last half year; None if nobody came."""
    if not found.months or found.randomized >= found.wanted:
        return None
    first = dt.date.fromisoformat(f"{found.months[0][0]}-01")
    since = max(first, today - dt.timedelta(days=span))
    recent = sum(n for month, n in found.months if month >= f"{since:%Y-%m}")
    days = max((today - since.replace(day=1)).days, 1)
    if not recent:
        return None
    return today + dt.timedelta(days=round((found.wanted - found.randomized) * days / recent))


class QueryLine(NamedTuple):
    """A query with its talk, about a form of a kind."""

    row: Stored
    site: str
    form_key: str
    turns: list[Stored]


def queries(
    unit: Unit,
    who: Visitor,
    sites: tuple[str, ...],
    *,
    closed: bool = False,
    after: str = "",
    most: int,
) -> tuple[list[QueryLine], int]:
    """Queries of sites in order after one of them, and how many there are in all.

    Those about a form of some arms alone are for whoever may know arms.
    """
    without = [] if all(map(who.knows_arms, sites)) else keys_of_arms(every_version(unit))
    rows, total = asked_at(unit, sites, closed=closed, after=after, most=most, without=without)
    turns = turns_of(unit, [row["id"] for row in rows])
    return [QueryLine(row, row["site"], row["form_key"], turns[row["id"]]) for row in rows], total


def _site(one: Stored, found: SiteRecruited) -> SiteCount:
    return SiteCount(
        one["id"], one["name"], one["country"] or "", one["state"], found.screened,
        found.failed, sum(found.months.values()), one["cap"], str(found.last or ""),
    )  # fmt: skip


def stratum_words(spelled: str) -> str:
    """A stratum as people write it."""
    try:
        return ", ".join(map(str, json.loads(spelled)))
    except ValueError:
        return spelled


def _months(count: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every month from the first to the last."""
    if not count:
        return []
    found, month = [], dt.date.fromisoformat(f"{min(count)}-01")
    while f"{month:%Y-%m}" <= max(count):
        found.append((f"{month:%Y-%m}", count.get(f"{month:%Y-%m}", 0)))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found
