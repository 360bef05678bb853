"""One subject's platelets, worked by hand: baseline 200, nadir grade 3 at week 8."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.adlb import AdlbOptions, adlb, extremes
from equipoise.errors import InputError

ADSL = pl.DataFrame(
    {"USUBJID": ["S1"], "TRTSDT": [dt.date(2020, 1, 1)], "TRTEDT": [dt.date(2020, 3, 1)]}
)
VALUES = [
    # day, visit number, visit, value
    ("2019-12-20", 1.0, "SCREENING", 180.0),
    ("2020-01-01", 2.0, "DAY 1", 200.0),
    ("2020-01-29", 3.0, "WEEK 4", 70.0),
    ("2020-02-26", 4.0, "WEEK 8", 45.0),
    ("2020-02-28", 4.1, "UNSCHEDULED 4.1", 49.0),
    ("2020-03-25", 5.0, "WEEK 12", 20.0),
]


def lb() -> pl.DataFrame:
    names = ["LBDTC", "VISITNUM", "VISIT", "LBSTRESN"]
    return pl.DataFrame(VALUES, schema=names, orient="row").with_columns(
        USUBJID=pl.lit("S1"),
        LBTESTCD=pl.lit("PLAT"),
        LBSTRESU=pl.lit("10^9/L"),
        LBSTNRLO=pl.lit(150.0),
        LBSTNRHI=pl.lit(400.0),
        LBSEQ=pl.int_range(1, pl.len() + 1),
    )


def column(name: str, **options: object) -> list[object]:
    made = adlb(lb(), ADSL, version="5.0", options=AdlbOptions(**options))  # type: ignore[arg-type]
    return made[name].to_list()


def test_baseline_is_the_last_value_up_to_the_first_dose() -> None:
    assert column("ABLFL") == [None, "Y", None, None, None, None]
    assert column("BASE") == [200.0] * 6
    assert column("CHG") == [None, None, -130.0, -155.0, -151.0, -180.0]
    assert column("PCHG")[3] == pytest.approx(-77.5)


def test_grades_and_shift() -> None:
    assert column("ATOXGRL") == ["0", "0", "2", "3", "3", "4"]
    assert column("ATOXGR")[3] == "-3"
    assert column("SHIFT1")[3] == "NORMAL to LOW"
    assert column("SHIFT2")[3] == "0 to -3"


def test_on_treatment_ends_with_the_last_dose_and_its_window() -> None:
    # The baseline, on the day of the first dose, was taken before it.
    assert column("ONTRTFL") == [None, None, "Y", "Y", "Y", None]
    assert column("ONTRTFL", on_treatment_days=30)[-1] == "Y"


def test_the_worst_grade_on_treatment_is_flagged_once_at_its_first() -> None:
    assert column("WGRLFL") == [None, None, None, "Y", None, None]
    assert column("WGRLFL", on_treatment_days=30) == [None] * 5 + ["Y"]
    assert column("WGRHFL") == [None] * 6  # the test has no criterion toward high values


def test_the_last_value_on_treatment() -> None:
    assert column("LVOTFL") == [None, None, None, None, "Y", None]


def test_names() -> None:
    assert set(column("PARAM")) == {"PLAT (10^9/L)"}
    assert set(column("PARAMCD", codes={"PLAT": "PLT"})) == {"PLT"}


def test_extremes() -> None:
    rows = extremes(adlb(lb(), ADSL, version="5.0")).select("DTYPE", "AVAL", "AVISITN").rows()
    assert rows == [("MINIMUM", 45.0, 9997.0), ("MAXIMUM", 70.0, 9998.0), ("LOV", 49.0, 9999.0)]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="expected column LBSTRESN"):
        adlb(lb().drop("LBSTRESN"), ADSL, version="5.0")
    with pytest.raises(InputError, match="CTCAE version '7'"):
        adlb(lb(), ADSL, version="7")
