"""Whole columns of dates agree with the reader of single dates."""

import datetime as dt

import polars as pl
import pytest

from equipoise.calendar import parse_partial
from equipoise.sdtm.dates import certainly_after, clock, earliest, latest, malformed, missing

GOOD = [
    *("2014", "2014-02", "2016-02", "2014-12", "2014-01-31", "2014---15", "2014-01-31T08:30"),
    *("2014-06--T00:00", "--12-15", "-----T07:15", "2014-02-01/2014-02-05", "2014-02--", "2014---"),
    *("2013-12-30/2014-01-02", "2014-01-31T08:30/2014-01-31T09:00", "2014-01-31T08:30+01:00"),
]
BAD = [
    "2014-02-30",
    "2014-13",
    "2014-00",
    "2014-01-00",
    "31JAN2014",
    "2014-1-5",
    "2014-01-31 08:30",
    "2014-02-05/2014-02-01",
    "2014-02-05/",
]
BAD_CLOCK = ["2014-01-31T25:00", "2014-01-31T08:61", "2014-01-31T", "2014-01-31T8:30"]


@pytest.mark.parametrize("text", GOOD)
def test_bounds_are_those_of_the_single_date(text: str) -> None:
    partial = parse_partial(text)
    assert partial is not None
    column = pl.Series([text])
    assert earliest(column).item() == partial.first()
    assert latest(column).item() == partial.last()
    assert missing(column).item() == partial.missing
    assert not malformed(column).item()


@pytest.mark.parametrize("text", [*BAD, *BAD_CLOCK])
def test_what_is_no_date_is_malformed(text: str) -> None:
    assert malformed(pl.Series([text])).item()


@pytest.mark.parametrize("text", ["2014-01-31T08:30:15", "2014-01-31T08:30:15.5", "2014-01-31T08"])
def test_clocks_of_any_precision_are_dates(text: str) -> None:
    assert not malformed(pl.Series([text])).item()


def test_missing_dates_are_neither_malformed_nor_after() -> None:
    column = pl.Series([None, "2014"], dtype=pl.String)
    assert malformed(column).to_list() == [False, False]
    assert certainly_after(column, dt.date(2013, 12, 31)).to_list() == [False, True]
    assert certainly_after(column, dt.date(2014, 1, 1)).to_list() == [False, False]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014-01-31T08:30:15", 30_615, 30_615),
        ("2014-01-31T08:30", 30_600, 30_659),
        ("2014-01-31T08", 28_800, 32_399),
        ("-----T08:30", 30_600, 30_659),
        ("2014-01-31T-:30", None, None),
        ("2014-01-31T08:30Z", None, None),
        ("2014-01-31T08:30/2014-01-31T09:30", None, None),
        ("2014-01-31", None, None),
        (None, None, None),
    ],
)
def test_seconds_of_the_day(text: str | None, first: int | None, last: int | None) -> None:
    assert clock(pl.Series([text], dtype=pl.String)).row(0) == (first, last)
