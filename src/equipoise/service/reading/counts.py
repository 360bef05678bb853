"""How the trial stands, of all arms together: recruitment by site and stratum, queries, events."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from typing import NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.commands.versions import every_version
from equipoise.conduct.store.served.look import asked_at, recruited, turns_of
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
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


def accrued(unit: Unit, protocol: Protocol, *, kind: str) -> Accrued:
    """Recruitment, without any arm."""
    sites, people = unit.rows("site"), defaultdict[str, list[tuple[str, str | None]]](list)
    for site, state, at in recruited(unit):
        people[site].append((state, at))
    days = sorted(
        day_at(one["zone"], at) for one in sites for _, at in people[one["id"]] if at is not None
    )
    strata = Counter[str]()
    for (stratum,), count in unit.tally("allocation", "stratum", list=kind).items():
        strata[stratum_words(stratum)] += count
    return Accrued(
        protocol.population.randomize,
        len(days),
        sum(map(len, people.values())),
        [_site(one, people[one["id"]]) for one in sites],
        sorted(strata.items()),
        _months(days),
        str(days[-1]) if days else "",
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


def _site(one: Stored, people: list[tuple[str, str | None]]) -> SiteCount:
    failed = sum(state == "screen failure" for state, _ in people)
    days = [at for _, at in people if at is not None]
    return SiteCount(
        one["id"], one["name"], one["country"] or "", one["state"], len(people),
        failed, len(days), one["cap"],
        str(day_at(one["zone"], max(days))) if days else "",
    )  # fmt: skip


def stratum_words(spelled: str) -> str:
    """A stratum as people write it."""
    try:
        return ", ".join(map(str, json.loads(spelled)))
    except ValueError:
        return spelled


def _months(days: list[dt.date]) -> list[tuple[str, int]]:
    """Every month from the first to the last."""
    if not days:
        return []
    count = Counter(f"{day:%Y-%m}" for day in days)
    found, month = [], days[0].replace(day=1)
    while month <= days[-1]:
        found.append((f"{month:%Y-%m}", count[f"{month:%Y-%m}"]))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found
