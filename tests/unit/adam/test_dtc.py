from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.dates.dtc import date_of, flag_of

TEXTS = ["2020-02-03", "2020-02-03T10:15", "2020-02", "2020", "2020-02--", "", None, "soon"]
DAY = dt.date(2020, 2, 3)


@pytest.mark.parametrize(
    ("impute", "month", "year"),
    [
        ("first", dt.date(2020, 2, 1), dt.date(2020, 1, 1)),
        ("last", dt.date(2020, 2, 29), dt.date(2020, 12, 31)),
        ("none", None, None),
    ],
)
def test_partial_dates(impute: str, month: dt.date | None, year: dt.date | None) -> None:
    frame = pl.DataFrame({"X": TEXTS}).select(date_of("X", impute=impute))  # type: ignore[arg-type]
    assert frame["X"].to_list() == [DAY, DAY, month, year, month, None, None, None]


def test_flags() -> None:
    frame = pl.DataFrame({"X": TEXTS}).select(F=flag_of("X"))
    assert frame["F"].to_list() == [None, None, "D", "M", "D", None, None, None]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert pl.DataFrame({"X": ["2021-02-29"]}).select(date_of("X"))["X"].to_list() == [None]
