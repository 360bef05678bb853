"""When the last subject is expected, by those who were randomized and the sites that are open.

The forecast rests on the last half year, or on longer where fewer than ten were randomized in it.
It is `design.monitor.forecast.forecast_entries`; where too little is known, it says so instead.
Checked  tests/unit/service/test_accrual.py (by hand, through the page and the API).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final, NamedTuple

from equipoise.conduct.commands.allocating.randomize import cap_of_site, most_randomized
from equipoise.conduct.store.bodies import Stored
from equipoise.design.monitor.forecast import EntriesSeen, forecast_entries
from equipoise.errors import InputError
from equipoise.meaning.expected import Steps, WhenExpected
from equipoise.meaning.rates import accrual, says_accrual
from equipoise.protocol import Protocol
from equipoise.service.reading.kept.sites import Kept
from equipoise.service.reading.recruiting.counted import Accrued, SiteRecruited
from equipoise.service.reading.recruiting.openings import OpenSpan, StatesHeld, open_spans

COVERAGE: Final = 0.8
FEWEST_ENTERED: Final = 10  # randomized: of seven, the band is as wide as the time that is left
FEWEST_DAYS: Final = 28  # days since the first site opened, of which the first weeks tell little
_RECENT: Final = 182  # days
FARTHEST: Final = 3652  # days: what is farther ahead is no forecast
_POINTS: Final = 24
_OVER: Final = ("closed to entry", "closed", "archived")
_CLOSED: Final = {
    "built": "Recruitment has not begun",
    "paused": "Randomization is paused: no day is forecast while it is",
    "closed to entry": "Recruitment is closed",
    "closed": "The trial is closed",
    "archived": "The trial is closed",
}


class LastEntry(NamedTuple):
    """When the last subject is expected.

    target : the number at which recruiting stops; why : there is no forecast, "" where there is
    is_over : nobody is to come any more
    seen : what it rests on, since that day; when : days from today, the band 80%
    band : so many more, with the band of the day on which they are in, in days from today
    """

    target: int
    today: dt.date
    why: str
    since: dt.date | None = None
    seen: EntriesSeen | None = None
    when: WhenExpected | None = None
    band: tuple[tuple[int, WhenExpected], ...] = ()
    is_over: bool = False

    @property
    def day(self) -> dt.date | None:
        return self._day(None if self.when is None else self.when.time)

    @property
    def early(self) -> dt.date | None:
        return self._day(None if self.when is None else self.when.early)

    @property
    def late(self) -> dt.date | None:
        """None also where the band goes on for more than ten years."""
        return self._day(None if self.when is None else self.when.late)

    def _day(self, ahead: float | None) -> dt.date | None:
        if ahead is None or ahead > FARTHEST:
            return None
        return self.today + dt.timedelta(days=ceil(ahead))


class _SiteOpen(NamedTuple):
    """A site and when it could randomize. room : for so many more; None for any number"""

    spans: list[OpenSpan]
    is_open: bool
    room: int | None


def last_entry(
    protocol: Protocol,
    trial: Stored,
    sites: Mapping[str, Kept[SiteRecruited]],
    found: Accrued,
    states: StatesHeld,
    today: dt.date,
) -> LastEntry:
    """Of a trial as it stands; trial : its row."""
    target = most_randomized(protocol)
    each = [_site_open(protocol, kept, states) for kept in sites.values()]
    why = _why_not(trial, target, found, each, today)
    if why:
        is_over = trial["state"] in _OVER or found.randomized >= target
        return LastEntry(target, today, why, is_over=is_over)
    since = max(_since(found, today), min(s.since for one in each for s in one.spans))
    days = sum(s.days_in(since, today + dt.timedelta(days=1)) for one in each for s in one.spans)
    entered = sum(n for day, n in found.days.items() if day >= since)
    seen = EntriesSeen(entered, float(days), sum(one.is_open for one in each))
    to_come = target - found.randomized
    when = forecast_entries(seen, to_come=to_come, coverage=COVERAGE)
    assert when.time is not None
    if when.time > FARTHEST:
        told = f"At the rate since {_told(since)} the last of {target} is more than ten years ahead"
        return LastEntry(target, today, f"{told}: no day is forecast", since, seen)
    steps = sorted({max(to_come * n // _POINTS, 1) for n in range(1, _POINTS + 1)})
    band = tuple((n, forecast_entries(seen, to_come=n, coverage=COVERAGE)) for n in steps)
    return LastEntry(target, today, "", since, seen, when, band)


def planned_accrual(protocol: Protocol) -> Steps | None:
    """How many are planned a day since the first subject; None where the protocol does not say."""
    plan = protocol.assume.accrual
    if not says_accrual(plan):
        return None
    try:
        return accrual(plan, protocol.population.randomize)
    except InputError:
        return None


def _site_open(protocol: Protocol, kept: Kept[SiteRecruited], states: StatesHeld) -> _SiteOpen:
    site, told = kept.site, kept.told
    cap = cap_of_site(protocol, site)
    room = None if cap is None else max(cap - told.randomized, 0)
    full = told.last if room == 0 else None
    spans = open_spans(states, site, first=told.first, full=full)
    return _SiteOpen(spans, site["state"] == "active" and room != 0, room)


def _why_not(
    trial: Stored, target: int, found: Accrued, sites: Sequence[_SiteOpen], today: dt.date
) -> str:
    """Why no day is forecast; empty where one is."""
    to_come = target - found.randomized
    if to_come <= 0:
        return f"All {target} are randomized"
    if trial["state"] != "live":
        return _CLOSED[trial["state"]]
    starts = [span.since for one in sites for span in one.spans]
    if not any(one.is_open for one in sites) or not starts:
        return "No site is open: no day is forecast until one is"
    days = max((today - min(starts)).days, 0)  # the day of a site may be ahead of UTC
    if found.randomized < FEWEST_ENTERED or days < FEWEST_DAYS:
        return (
            f"Too early for a forecast: {found.randomized} of {target} randomized in {days} days. "
            f"It needs {FEWEST_ENTERED} randomized, and {FEWEST_DAYS} days since the first site "
            "opened"
        )
    rooms = [one.room for one in sites if one.is_open]
    room = sum(one for one in rooms if one is not None)
    if None not in rooms and room < to_come:
        return (
            f"The open sites may randomize {room} more, and {to_come} are to come: "
            "no day is forecast until more may be"
        )
    return ""


def _since(found: Accrued, today: dt.date) -> dt.date:
    """The first day that the rate is taken from."""
    days = sorted(found.days, reverse=True)
    recent, n = today - dt.timedelta(days=_RECENT), 0
    for day in days:
        n += found.days[day]
        if n >= FEWEST_ENTERED:
            return min(day, recent)
    return min(days)


def _told(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
