from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.exposure.adex import AdexOptions, adex
from equipoise.errors import InputError

ADSL = pl.DataFrame({"USUBJID": ["S1"], "TRTSDT": [dt.date(2020, 1, 1)]})


def ex(**changes: list[object]) -> pl.DataFrame:
    table: dict[str, list[object]] = {
        "USUBJID": ["S1", "S1", "S1"],
        "EXSEQ": [1, 2, 3],
        "EXTRT": ["LUTATE", "LUTATE", "LAR"],
        "EXDOSE": [7.4, 3.7, 30.0],
        "EXDOSU": ["GBq", "GBq", "mg"],
        "EXSTDTC": ["2020-01-01", "2020-02-26", "2020-01-02"],
    }
    return pl.DataFrame(table | changes)


def value(table: pl.DataFrame, code: str, drug: str) -> float:
    rows = table.filter((pl.col("PARAMCD") == code) & (pl.col("EXTRT") == drug))
    return rows["AVAL"].item()


def test_sums_by_drug_in_its_unit() -> None:
    table = adex(ex(), ADSL)
    assert value(table, "TDOSE", "LUTATE") == pytest.approx(11.1)
    assert value(table, "TDOSE", "LAR") == 30.0
    row = table.filter((pl.col("PARAMCD") == "TDOSE") & (pl.col("EXTRT") == "LUTATE")).to_dicts()[0]
    assert (row["AVALU"], row["SRCSEQS"]) == ("GBq", [1, 2])


def test_a_single_dose_lasts_a_day() -> None:
    table = adex(ex(), ADSL)
    days = table.filter(pl.col("PARAMCD") == "DURD")["AVAL"].to_list()
    assert days == [1.0, 1.0, 1.0]


def test_daily_doses_are_multiplied_by_the_days() -> None:
    daily = ex(EXDOSFRQ=["BID"] * 3, EXENDTC=["2020-01-10", None, "2020-01-02"])
    table = adex(daily, ADSL).filter(pl.col("PARAMCD") == "DOSE").sort("EXSEQ")
    assert table["AVAL"].to_list() == [pytest.approx(7.4 * 2 * 10), None, 60.0]


def test_units_do_not_mix() -> None:
    with pytest.raises(InputError, match="different units"):
        adex(ex(), ADSL, options=AdexOptions(by_drug=False))


def test_a_dose_of_0_has_any_unit() -> None:
    stopped = {
        "USUBJID": ["S1"] * 3,
        "EXTRT": ["LUTATE"] * 3,
        "EXDOSE": [0.0, 7.4, 3.7],
        "EXDOSU": ["zorks", "GBq", "GBq"],
    }
    row = adex(ex(**stopped), ADSL).filter(pl.col("PARAMCD") == "TDOSE").to_dicts()[0]
    assert (row["AVAL"], row["AVALU"]) == (pytest.approx(11.1), "GBq")
    with pytest.raises(InputError, match="different units"):
        adex(ex(**stopped | {"EXDOSE": [1.0, 7.4, 3.7]}), ADSL)


def test_an_unknown_frequency_is_named() -> None:
    with pytest.raises(InputError, match="EXSEQ 2: EXDOSFRQ 'SOMETIMES'"):
        adex(ex(EXDOSFRQ=["QD", "SOMETIMES", "QD"]), ADSL)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="EXDOSE"):
        adex(ex().drop("EXDOSE"), ADSL)
