from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.dates.dtc import Imputation, date_of, flag_of, imputes
from equipoise.sdtm.dates import earliest, latest

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


FORMS = ["2019---20", "2019-06--T00:00", "--12-15", "-----T07:15", "2020-02-01/2020-02-05"]


def test_the_forms_that_sdtm_allows_are_read_as_elsewhere() -> None:
    frame = pl.DataFrame({"X": FORMS}).select(
        first=date_of("X", impute="first"), last=date_of("X", impute="last"), flag=flag_of("X")
    )
    assert frame["first"].to_list() == earliest(pl.Series(FORMS)).to_list()
    assert frame["last"].to_list() == latest(pl.Series(FORMS)).to_list()
    assert frame["flag"].to_list() == ["M", "D", None, None, "D"]


@pytest.mark.parametrize(
    ("how_far", "expected"),
    [
        ("nothing", [True, False, False, False, False]),
        ("day", [True, True, False, False, True]),
        ("day and month", [True, True, True, False, True]),
        ("whole date", [True, True, True, True, True]),
    ],
)
def test_how_far_is_imputed(how_far: Imputation, expected: list[bool]) -> None:
    texts = ["2020-02-03", "2020-02", "2020---15", "--12-15", "2020-02-01/2020-02-05"]
    frame = pl.DataFrame({"X": texts}).with_columns(Y=imputes("X", how_far))
    assert frame["Y"].to_list() == expected
