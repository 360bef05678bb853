"""What the API tells of accrual, all arms together."""

from __future__ import annotations

import datetime as dt

from equipoise.service.api.told import Told
from equipoise.service.reading.recruiting.events import EventsTold
from equipoise.service.reading.recruiting.failures import FailureLine
from equipoise.service.reading.recruiting.last_entry import LastEntry
from equipoise.service.reading.recruiting.standing import Recruiting


class SiteAccrual(Told):
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


class Counted(Told):
    """So many of something."""

    name: str
    n: int


class MonthAccrual(Told):
    """A month. total : randomized by its end; planned : by then, null without a plan"""

    name: str
    n: int
    total: int
    planned: int | None


class EntryForecast(Told):
    """When the last subject is expected, with a band that holds the day four times in five.

    why : there is no forecast, else empty; late : null also beyond ten years
    since, entered, open_days, open_sites : what it rests on
    """

    target: int
    day: dt.date | None
    early: dt.date | None
    late: dt.date | None
    why: str
    since: dt.date | None
    entered: int | None
    open_days: float | None
    open_sites: int | None


class ScreenFailure(Told):
    """Why people were not taken in. criterion : empty for another reason; text : the protocol's

    n : of how many people; sites : at those that the token may see
    """

    criterion: str
    text: str
    reason: str
    n: int
    sites: list[Counted]


class LookTold(Told):
    """A look. amount : of events; planned : its day by the plan; since : it was reached

    why : there is no forecast, else empty; band of 80%
    """

    look: str
    amount: float
    planned: dt.date | None
    since: dt.date | None
    day: dt.date | None
    early: dt.date | None
    late: dt.date | None
    why: str


class EventsOf(Told):
    """A hypothesis. seen : events so far, all arms together; planned : by today"""

    name: str
    label: str
    unit: str
    seen: int
    planned: float
    looks: list[LookTold]


class EventsAsOf(Told):
    """Events as of a moment. untold : hypotheses about some of the arms alone

    left : subjects whose data could not be derived
    """

    at: str
    hypotheses: list[EventsOf]
    untold: list[str]
    left: int


class AccrualTold(Told):
    """Recruitment of all arms together. events : null until everybody was looked at once"""

    wanted: int
    randomized: int
    screened: int
    last: str
    forecast: EntryForecast
    sites: list[SiteAccrual]
    strata: list[Counted]
    months: list[MonthAccrual]
    screen_failures: list[ScreenFailure]
    events: EventsAsOf | None


def told_accrual(told: Recruiting) -> AccrualTold:
    """As the page shows it."""
    found = told.found
    return AccrualTold(
        wanted=found.wanted, randomized=found.randomized, screened=found.screened,
        last=found.last, forecast=_forecast(told.ends),
        sites=[SiteAccrual(**one._asdict()) for one in found.sites],
        strata=[Counted(name=name, n=n) for name, n in found.strata],
        months=[MonthAccrual(name=one.month, n=one.n, total=one.total, planned=one.planned)
                for one in told.months],
        screen_failures=[_failure(one) for one in told.failures],
        events=None if told.events is None else _events(told.events),
    )  # fmt: skip


def _forecast(ends: LastEntry) -> EntryForecast:
    seen = ends.seen
    return EntryForecast(
        target=ends.target, day=ends.day, early=ends.early, late=ends.late, why=ends.why,
        since=ends.since, entered=seen and seen.entered, open_days=seen and seen.open_days,
        open_sites=seen and seen.open_sites,
    )  # fmt: skip


def _events(told: EventsTold) -> EventsAsOf:
    each = [
        EventsOf(**{**one._asdict(), "looks": [LookTold(**look._asdict()) for look in one.looks]})
        for one in told.lines
    ]
    return EventsAsOf(at=told.at, hypotheses=each, untold=told.untold, left=told.left)


def _failure(one: FailureLine) -> ScreenFailure:
    at = [Counted(name=site, n=n) for site, n in one.sites]
    criterion, text = one.reason.criterion, one.reason.text
    return ScreenFailure(
        criterion=criterion, text=text, reason=str(one.reason), n=one.n, sites=at
    )  # fmt: skip
