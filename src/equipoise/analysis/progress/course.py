"""Accrual and events by the calendar, beside what was planned, and when the next look will come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import ceil
from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.time.adtte import parameter_codes
from equipoise.analysis.results import Row
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.design.model import Design, HypothesisPlan, LookDesign
from equipoise.design.monitor.forecast import EventsSeen, forecast
from equipoise.errors import InputError
from equipoise.meaning.expected import expected_events
from equipoise.meaning.hypotheses import hypothesis

ACCRUAL: Final = "accrual"
COUNTED, PLAN_METHOD, FORECAST = "count", "as planned", "forecast"


def first_day(data: ADaM) -> dt.date | None:
    """The day of the first randomization; None if nobody was."""
    found: dt.date | None = entries(data).min()  # type: ignore[assignment]
    return found


def entries(data: ADaM) -> pl.Series:
    """The dates on which patients were randomized, or first treated where that was not told."""
    adsl = data.table("ADSL")
    return adsl["RANDDT"].fill_null(adsl["TRTSDT"]).drop_nulls()


def last_day(data: ADaM) -> dt.date | None:
    """The cut-off, or the last day on which anybody was seen."""
    if data.date is not None:
        return data.date
    found: dt.date | None = data.table("ADSL")["LSTALVDT"].max()  # type: ignore[assignment]
    return found or entries(data).max()  # type: ignore[return-value]


def accrual(data: ADaM, design: Design | None) -> Iterator[Row]:
    """Patients randomized by each month, beside the plan's where it says how many.

    Rows of analysis "accrual", group "all"; `at` is days from the first randomization.
    """
    start, end = first_day(data), last_day(data)
    if start is None or end is None:
        return
    days = (entries(data) - start).dt.total_days()
    for at in _months((end - start).days):
        yield _count(ACCRUAL, "randomized by then", float((days <= at).sum()), at)
    course = next((h for h in design.hypotheses if h.course), None) if design else None
    if course is None or course.course is None:
        return
    last = max(course.course.accrual.starts[-1], (end - start).days)
    for at in _months(last, (end - start).days):
        planned = course.course.accrual.total(at) / course.share
        yield _planned(ACCRUAL, "planned by then", planned, at)


def events(data: ADaM, plan: HypothesisPlan, *, pooled: bool) -> Iterator[Row]:
    """Events of a hypothesis by each month beside the plan's, and when its looks will come.

    pooled : True to count both arms as one, for those who must not know which is which
    Source   `design.monitor.forecast`.
    """
    start, end, dates = first_day(data), last_day(data), event_dates(data, plan)
    if start is None or end is None or dates is None:
        return
    name = plan.estimand or plan.name
    for at in _months((end - start).days):
        seen = float((dates["DAY"] <= at).sum())
        yield _count(name, "events by then", seen, at)
    if plan.course is None:
        return
    known = [look.day.time for look in plan.looks if look.day.time is not None]
    now = (end - start).days
    for at in _months(max([*known, float(now)]), now):
        yield _planned(name, "events planned by then", expected_events(plan.course, at).total, at)
    yield from _forecasts(data, plan, dates, start, now, pooled=pooled)


def event_dates(data: ADaM, plan: HypothesisPlan) -> pl.DataFrame | None:
    """ARM and DAY, from the first randomization, of each event; None where none is timed."""
    start, rows = first_day(data), timed_events(data, plan)
    if start is None or rows is None:
        return None
    day = (pl.col("ADT") - pl.lit(start)).dt.total_days().alias("DAY")
    return rows.select("ARM", day)


def timed_events(data: ADaM, plan: HypothesisPlan) -> pl.DataFrame | None:
    """USUBJID, ARM and ADT of each event of a hypothesis; None where none is timed."""
    code = parameter_codes(data.protocol).get(plan.estimand or "")
    if code is None or not data.tables.get("ADTTE", pl.DataFrame()).height:
        return None
    rows = data.table("ADTTE").filter(
        (pl.col("PARAMCD") == code)
        & (pl.col("CNSR") == 0)
        & pl.col("TRT01P").is_in([plan.control, plan.experimental])
    )
    return rows.select("USUBJID", pl.col("TRT01P").alias("ARM"), "ADT")


def _forecasts(
    data: ADaM, plan: HypothesisPlan, dates: pl.DataFrame, start: dt.date, day: int, *, pooled: bool
) -> Iterator[Row]:
    """The day of each look that is still to come, with a 95% prediction interval."""
    total = dates.height
    by_arm = [int((dates["ARM"] == a).sum()) for a in (plan.control, plan.experimental)]
    seen = EventsSeen(day, total, *(() if pooled else by_arm))
    name, course = plan.estimand or plan.name, plan.course
    if course is None:
        return
    for look, other in _to_come(data, plan, total):
        if other is not None:
            told = f"with {other}"
            yield Row(name, FORECAST, "", "forecast date", None, term=look.name, note=told)
            yield from _asked(name, look, start)
            continue
        try:
            when = forecast(course, seen, target=look.amount)
        except InputError as problem:
            yield Row(name, FORECAST, "", "forecast date", None, term=look.name, note=str(problem))
            continue
        for end, value in zip(("", " lower limit", " upper limit"), when):
            told = "not expected" if value is None else _date(start, value)
            yield Row(name, FORECAST, "", f"forecast date{end}", value, term=look.name, note=told)
        yield from _asked(name, look, start)


def _asked(name: str, look: LookDesign, start: dt.date) -> Iterator[Row]:
    """How many events a look is planned at, and on which day."""
    yield Row(name, FORECAST, "", "events asked for", look.amount, term=look.name)
    early = look.day.time
    told = "" if early is None else _date(start, early)
    yield Row(name, PLAN_METHOD, "", "planned date", early, term=look.name, note=told)


def _to_come(
    data: ADaM, plan: HypothesisPlan, total: int
) -> Iterator[tuple[LookDesign, str | None]]:
    """Looks after this cut-off's, and the look of another hypothesis that each is held with."""
    looks = {look.name: look for look in hypothesis(data.protocol, plan.name).looks}
    held = [k for k, x in enumerate(looks.values()) if data.look in (x.label, x.comes_with)]
    gone = list(looks)[: held[-1] + 1] if held else []
    for look in plan.looks:
        other = looks[look.name].comes_with
        if look.name not in gone and (other is not None or look.amount > total):
            yield look, other


def _date(start: dt.date, day: float) -> str:
    return (start + dt.timedelta(days=ceil(day))).isoformat()


def _months(last: float, *more: float) -> list[float]:
    """Every month up to a day, the day itself, and some days more."""
    whole = int(last // DAYS_PER_MONTH)
    return sorted({*(k * DAYS_PER_MONTH for k in range(whole + 1)), float(last), *map(float, more)})


def _count(analysis: str, statistic: str, value: float, at: float) -> Row:
    return Row(analysis, COUNTED, "", statistic, value, group="all", at=at)


def _planned(analysis: str, statistic: str, value: float, at: float) -> Row:
    return Row(analysis, PLAN_METHOD, "", statistic, value, group="all", at=at)
