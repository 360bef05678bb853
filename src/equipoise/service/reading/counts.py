"""How the trial stands, of all arms together: recruitment by site and stratum, queries, events."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.store.served.look import of_site
from equipoise.conduct.store.unit import Stored, Unit
from equipoise.protocol import Protocol


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
    people = unit.rows("subject")
    sites = unit.rows("site")
    zones = {one["id"]: one["zone"] for one in sites}
    days = sorted(
        day_at(zones[one["site"]], one["randomized"]) for one in people if one["randomized"]
    )
    strata = Counter[str]()
    for (stratum,), count in unit.tally("allocation", "stratum", list=kind).items():
        strata[stratum_words(stratum)] += count
    return Accrued(
        protocol.population.randomize,
        len(days),
        len(people),
        [_site(one, [p for p in people if p["site"] == one["id"]]) for one in sites],
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


def queries(unit: Unit, sites: tuple[str, ...], *, closed: bool = False) -> list[QueryLine]:
    """The queries of sites, the oldest first."""
    found = []
    for site in sites:
        forms = {one["id"]: one for one in of_site(unit, "form", site)}
        for row in of_site(unit, "query", site):
            if (row["state"] == "closed") != closed:
                continue
            turns = unit.rows("query_turn", query=row["id"])
            form = forms.get(row["form"], {"key": ""})
            found.append(QueryLine(row, site, form["key"], turns))
    return found


def _site(one: Stored, people: list[Stored]) -> SiteCount:
    states = Counter(person["state"] for person in people)
    days = [person["randomized"] for person in people if person["randomized"]]
    return SiteCount(
        one["id"], one["name"], one["country"] or "", one["state"], len(people),
        states["screen failure"], len(days), one["cap"],
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
