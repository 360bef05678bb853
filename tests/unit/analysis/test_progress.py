"""Accrual, events, sites and deaths at an interim look, against counts made in another way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import polars as pl
import pytest

from equipoise.analysis.progress.progress import progress
from equipoise.analysis.results import Results, frame
from equipoise.calendar import DAYS_PER_MONTH
from support.dual import dual_interim


@cache
def rows(pooled: bool = False) -> pl.DataFrame:
    return frame(progress(dual_interim().data, pooled=pooled))


def only(found: pl.DataFrame, **where: str | float | None) -> float | None:
    kept = found.filter([pl.col(k).eq_missing(v) for k, v in where.items()])
    assert kept.height == 1, kept
    return kept["value"][0]


def test_accrual_by_month_is_a_count_of_dates() -> None:
    data = dual_interim().data
    days = data.table("ADSL")["RANDDT"]
    start: dt.date = days.min()
    for month in (0, 3, 7, 12):
        at = month * DAYS_PER_MONTH
        by_hand = sum((day - start).days <= at for day in days)
        where = {"analysis": "accrual", "statistic": "randomized by then", "at": at}
        assert only(rows(), **where) == by_hand


def test_the_plan_of_accrual_is_that_of_the_protocol() -> None:
    """8 a month for 3 months, then 16 for 3, then 24: by month 7, 24 + 48 + 24 = 96."""
    where = {"analysis": "accrual", "statistic": "planned by then", "at": 7 * DAYS_PER_MONTH}
    assert only(rows(), **where) == pytest.approx(96.0, rel=1e-12)


def test_events_by_then_end_with_those_of_the_look() -> None:
    found = rows().filter((pl.col("analysis") == "PFS") & (pl.col("statistic") == "events by then"))
    assert found.sort("at")["value"][-1] == 210.0
    assert found.sort("at")["value"].is_sorted()


def test_forecasts_are_of_looks_to_come_and_in_order() -> None:
    looks = rows().filter(pl.col("statistic") == "forecast date")
    assert looks.select("analysis", "term").rows() == [
        ("PFS", "final"), ("OS", "IA2"), ("OS", "final"),
    ]  # fmt: skip
    with_another = looks.filter((pl.col("analysis") == "OS") & (pl.col("term") == "IA2"))
    assert with_another["note"].to_list() == ["with PFS final"]
    for analysis, term in (("PFS", "final"), ("OS", "final")):
        where = {"analysis": analysis, "term": term, "method": "forecast"}
        early, day, late = (
            only(rows(), statistic=f"forecast date{end}", **where)
            for end in (" lower limit", "", " upper limit")
        )
        assert None not in (early, day, late)
        assert early < day < late


def test_the_path_has_the_bounds_of_the_design() -> None:
    at = {"analysis": "OS", "term": "IA1"}
    assert only(rows(), statistic="observed z at look", **at) == pytest.approx(
        dual_interim().value(analysis="OS", statistic="observed z")
    )
    assert only(rows(), statistic="bound z at look", **at) == pytest.approx(
        dual_interim().value(analysis="OS", statistic="bound z")
    )


def test_conditional_power_falls_with_the_hazard_ratio_and_holds_the_assumption() -> None:
    powers = rows().filter(
        (pl.col("analysis") == "OS") & pl.col("statistic").str.starts_with("conditional power at")
    )
    ordered = powers.with_columns(pl.col("term").cast(pl.Float64)).sort("term")["value"].to_list()
    assert ordered == sorted(ordered, reverse=True)
    assumed = dual_interim().value(analysis="OS", statistic="conditional power, assumed")
    assert min(ordered) < assumed < max(ordered)


def test_pooled_rows_tell_no_arm() -> None:
    found = rows(True)
    assert set(found["group"]) <= {"", "all"}
    assert set(found["comparison"]) == {""}
    assert not found["statistic"].str.contains(" z").any()


def test_deaths_by_arm_add_up() -> None:
    died = rows().filter(pl.col("statistic") == "died patients")
    by_arm = died.filter(pl.col("group") != "all")["value"].sum()
    assert by_arm == only(died, group="all") == 134.0


def test_a_site_not_seen_for_a_season_is_late() -> None:
    data = dual_interim().data
    adsl = data.table("ADSL")
    old = data.date - dt.timedelta(days=91)
    first = adsl.filter(pl.col("DTHDT").is_null())["USUBJID"][0]
    seen = pl.when(pl.col("USUBJID") == first).then(pl.lit(old)).otherwise(pl.col("LSTALVDT"))
    late = replace(data, tables={**data.tables, "ADSL": adsl.with_columns(LSTALVDT=seen)})
    found = frame(progress(late, pooled=True))
    assert only(found, analysis="sites", statistic="late patients") == 1.0
    assert only(rows(), analysis="sites", statistic="late patients") == 0.0


def test_nobody_is_no_error() -> None:
    data = dual_interim().data
    empty = replace(data, tables={name: table.clear() for name, table in data.tables.items()})
    found = Results(frame(progress(empty, pooled=True)), empty)
    assert found.value(analysis="safety so far", statistic="randomized patients", group="all") == 0
    assert found.select(analysis="accrual").is_empty()
