"""Harms at a glance: patients, events, rates by the time at risk, and differences of risks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import safety_members
from equipoise.analysis.incidence import is_fatal, is_related, was_told
from equipoise.analysis.results import Row
from equipoise.calendar import DAYS_PER_YEAR

HARMS: Final = "harms"
CHANGED: Final = ("DOSE REDUCED", "DRUG INTERRUPTED", "DOSE RATE REDUCED", "DOSE INCREASED")
_PER = 100.0  # patient-years


def harms_overview(data: ADaM) -> Iterator[Row]:
    """Treatment-emergent events by kind: patients, events, rate, difference against control.

    Time at risk runs from the first dose to the end of the time in which events count, death or
    else the last day known alive, or the cut-off, whichever is first. Rows of analysis "harms";
    term is the kind. A kind that was not collected has no row.
    Source   CONSORT Harms 2022, item 19; rates by 100 patient-years.
    Checked  tests/unit/analysis/test_safety_rows.py (by hand).
    """
    if "ADAE" not in data.tables:
        return
    population = data.protocol.safety.population
    who = safety_members(data.table("ADSL"), data.protocol)
    years = {arm: _years(data, who.filter(pl.col("ARMKEY") == arm)) for arm in data.protocol.arms}
    sizes = {arm: who.filter(pl.col("ARMKEY") == arm).height for arm in data.protocol.arms}
    for arm, value in years.items():
        yield Row(HARMS, "count", population, "n", sizes[arm], group=arm)
        yield Row(HARMS, "time at risk", population, "patient-years", value, group=arm)
    events = data.table("ADAE").filter(pl.col("TRTEMFL") == "Y")
    events = events.join(who.select("USUBJID", "ARMKEY"), on="USUBJID", how="inner")
    for kind, condition in kinds_of(events):
        yield from _kind(data, kind, events.filter(condition), sizes, years)


def kinds_of(events: pl.DataFrame) -> Iterator[tuple[str, pl.Expr]]:
    """The kinds of event that were collected, each with its condition."""
    yield "any", pl.lit(True)
    fatal = is_fatal(events.columns)
    if "AETOXGR" in events.columns or events["ATOXGRN"].is_not_null().any():
        yield "grade 3 or higher", pl.col("ATOXGRN").is_in([3, 4, 5]) | fatal
    if was_told(events, "AESER"):
        yield "serious", pl.col("AESER") == "Y"
    if was_told(events, "AEREL"):
        yield "related to treatment", is_related()
    if was_told(events, "AEACN"):
        action = pl.col("AEACN").str.to_uppercase()
        yield "leading to a change of dose", action.is_in(CHANGED)
        yield "leading to stop of treatment", action == "DRUG WITHDRAWN"
    yield "leading to death", fatal
    for column in sorted(c for c in events.columns if c.startswith("CQ") and c.endswith("NAM")):
        for name in events[column].drop_nulls().unique().sort():
            yield f"of special interest: {name}", pl.col(column) == name


def _kind(
    data: ADaM, kind: str, events: pl.DataFrame, sizes: dict[str, int], years: dict[str, float]
) -> Iterator[Row]:
    population, counted = data.protocol.safety.population, {}
    for arm, n in sizes.items():
        own = events.filter(pl.col("ARMKEY") == arm)
        x = counted[arm] = own["USUBJID"].n_unique() if own.height else 0
        rate = _PER * own.height / years[arm] if years[arm] else None
        for statistic, value, of in (
            ("patients", x, None),
            ("proportion", x / n if n else None, n),
            ("events", own.height, None),
            ("events per 100 patient-years", rate, None),
        ):
            yield Row(HARMS, "count", population, statistic, value, group=arm, term=kind, n=of)
    yield from _differences(data, kind, counted, sizes)


def _differences(
    data: ADaM, kind: str, counted: dict[str, int], sizes: dict[str, int]
) -> Iterator[Row]:
    """Of each arm against control, of the shares of patients with events."""
    # A report asks this module for words alone, without compiler and solver.
    from equipoise.analysis.response.difference import newcombe

    population, control = data.protocol.safety.population, data.protocol.control
    for arm in data.protocol.experimental:
        if not sizes[arm] or not sizes[control]:
            continue
        found = newcombe(counted[arm], sizes[arm], counted[control], sizes[control])
        for end, value in zip(("", " lower limit", " upper limit"), found[:3]):
            pair, name = f"{arm} v {control}", f"risk difference{end}"
            yield Row(HARMS, "Newcombe", population, name, value, comparison=pair, term=kind)


def _years(data: ADaM, who: pl.DataFrame) -> float:
    """Patient-years at risk of events that count."""
    until = data.protocol.safety.emergent_until
    from_dose = data.protocol.safety.emergent_from == "first dose"
    start = pl.col("TRTSDT") if from_dose else pl.col("RANDDT")
    ends = [pl.coalesce("DTHDT", "LSTALVDT"), pl.lit(data.date, pl.Date)]
    if until is not None:
        ends.append(pl.col("TRTEDT") + dt.timedelta(days=until.whole_days))
    days = (pl.min_horizontal(ends) - start).dt.total_days() + 1
    found = who.select(days.alias("D"))["D"].drop_nulls()
    return float(found.clip(lower_bound=0).sum()) / DAYS_PER_YEAR
