"""How many were screened, not taken in and randomized: by site, stratum, day, all arms together.

Checked  tests/unit/service/test_accrual.py.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from equipoise.conduct.commands.days import day_at
from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.recorded import SCREEN_FAILED
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import recruited
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.recruiting.failures import FailureReason, failures_at


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
    """Recruitment of the trial. days, months : of each, how many were randomized"""

    wanted: int
    randomized: int
    screened: int
    sites: list[SiteCount]
    strata: list[tuple[str, int]]
    days: dict[dt.date, int]
    months: list[tuple[str, int]]
    last: str


class SiteRecruited(NamedTuple):
    """What a site adds. days, strata : of each, how many were randomized

    reasons : why somebody was not taken in -> of how many
    """

    screened: int
    failed: int
    days: dict[dt.date, int]
    strata: dict[str, int]
    reasons: dict[FailureReason, int]

    @property
    def randomized(self) -> int:
        return sum(self.days.values())

    @property
    def first(self) -> dt.date | None:
        return min(self.days, default=None)

    @property
    def last(self) -> dt.date | None:
        return max(self.days, default=None)


def recruited_at(
    unit: Unit,
    protocol: Protocol,
    site: Stored,
) -> SiteRecruited:
    """Recruitment of a site."""
    people = recruited(unit, site["id"])
    kind = (unit.row("trial", TRIAL_ID) or {})["kind"]
    strata = unit.tally("allocation", "stratum", list=kind, site=site["id"])
    failed = {name for name, state, _ in people if state == SCREEN_FAILED}
    return SiteRecruited(
        len(people),
        len(failed),
        Counter(day_at(site["zone"], at) for *_, at in people if at is not None),
        {stratum: count for (stratum,), count in strata.items()},
        failures_at(unit, site["id"], failed),
    )


def accrued(protocol: Protocol, sites: Mapping[str, Kept[SiteRecruited]]) -> Accrued:
    """Recruitment, without any arm."""
    strata, days, months = Counter[str](), Counter[dt.date](), Counter[str]()
    for kept in sites.values():
        days.update(kept.told.days)
        for stratum, count in kept.told.strata.items():
            strata[stratum_words(stratum)] += count
    for day, count in days.items():
        months[f"{day:%Y-%m}"] += count
    return Accrued(
        protocol.population.randomize,
        sum(days.values()),
        sum(kept.told.screened for kept in sites.values()),
        [_site(kept.site, kept.told) for kept in sites.values()],
        sorted(strata.items()),
        dict(days),
        _months(months),
        str(max(days, default="")),
    )


def stratum_words(spelled: str) -> str:
    """A stratum as people write it."""
    try:
        return ", ".join(map(str, json.loads(spelled)))
    except ValueError:
        return spelled


def _site(one: Stored, found: SiteRecruited) -> SiteCount:
    return SiteCount(
        one["id"], one["name"], one["country"] or "", one["state"], found.screened,
        found.failed, found.randomized, one["cap"], str(found.last or ""),
    )  # fmt: skip


def _months(count: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every month from the first to the last."""
    if not count:
        return []
    found, month = [], dt.date.fromisoformat(f"{min(count)}-01")
    while f"{month:%Y-%m}" <= max(count):
        found.append((f"{month:%Y-%m}", count.get(f"{month:%Y-%m}", 0)))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found
