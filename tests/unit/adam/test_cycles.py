"""Four infusions of 7.4 GBq every 8 weeks (56 days, up to 63 on time), worked by hand."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.exposure.cycles import DosePlan, at_infusion, cycles, exposure
from equipoise.errors import InputError

PLAN = DosePlan("LUTATE", 7.4, "GBq", 56, times=4, window_days=7, half_life_days=6.647)


def ex(**changes: list[object]) -> pl.DataFrame:
    # Day 0; day 56, on time; day 120, 8 days late; day 176 at half the dose.
    table: dict[str, list[object]] = {
        "USUBJID": ["S1"] * 4,
        "EXSEQ": [1, 2, 3, 4],
        "EXTRT": ["LUTATE"] * 4,
        "EXDOSE": [7.4, 7400.0, 7.4, 3.7],
        "EXDOSU": ["GBq", "MBq", "GBq", "GBq"],
        "EXSTDTC": ["2020-01-01", "2020-02-26", "2020-04-30", "2020-06-25"],
    }
    return pl.DataFrame(table | changes)


def test_each_cycle() -> None:
    rows = cycles(ex(), plan=PLAN)
    assert rows["CYCLE"].to_list() == [1, 2, 3, 4]
    assert rows["AVAL"].to_list() == pytest.approx([7.4, 7.4, 7.4, 3.7])
    assert rows["INTERVAL"].to_list() == [None, 56, 64, 56]
    assert rows["DELAY"].to_list() == [None, 0, 8, 0]
    assert rows["LATEFL"].to_list() == [None, None, "Y", None]
    assert rows["REDFL"].to_list() == [None, None, None, "Y"]


def test_summed_up() -> None:
    adsl = pl.DataFrame({"USUBJID": ["S1", "S2"]})
    table = exposure(cycles(ex(), plan=PLAN), adsl, plan=PLAN)
    one = dict(table.filter(pl.col("USUBJID") == "S1").select("PARAMCD", "AVAL").iter_rows())
    # 25.9 GBq of 29.6; 25.9 GBq in 176 + 56 = 232 days against 7.4 in 56 days.
    assert one["CUMDOSE"] == pytest.approx(25.9)
    assert one["PCTDOSE"] == pytest.approx(87.5)
    assert one["RDI"] == pytest.approx(100 * (25.9 / 232) / (7.4 / 56))
    assert (one["NINF"], one["NDELAY"], one["MAXDELAY"], one["NREDUC"]) == (4, 1, 8, 1)
    two = dict(table.filter(pl.col("USUBJID") == "S2").select("PARAMCD", "AVAL").iter_rows())
    assert (two["NINF"], two["CUMDOSE"], two["RDI"]) == (0, 0, None)


def test_activity_decays_from_calibration_to_infusion() -> None:
    # One half-life (6.647 days = 159 h 31.68 min) before: half of it is left.
    given = (
        ex()
        .head(1)
        .with_columns(EXSTDTC=pl.lit("2020-01-08T03:31"), EXCALDTC=pl.lit("2020-01-01T12:00"))
    )
    row = at_infusion(given, half_life_days=6.647)
    assert row["CALDOSE"].item() == 7.4
    assert row["EXDOSE"].item() == pytest.approx(3.7, rel=1e-3)
    rows = cycles(given, plan=PLAN)
    assert rows["AVAL"].item() == pytest.approx(7.4 * 2 ** (-(6 + 15 / 24 + 31 / 1440) / 6.647))
    assert rows["REDFL"].item() == "Y"


def test_a_dose_calibrated_for_later_is_stronger_now() -> None:
    given = (
        ex()
        .head(1)
        .with_columns(EXSTDTC=pl.lit("2020-01-01T12:00"), EXCALDTC=pl.lit("2020-01-02T12:00"))
    )
    assert at_infusion(given, half_life_days=6.647)["EXDOSE"].item() == pytest.approx(
        7.4 * 2 ** (1 / 6.647)
    )


def test_without_a_moment_of_calibration_nothing_decays() -> None:
    given = ex().with_columns(EXCALDTC=pl.lit(None, dtype=pl.String))
    assert cycles(given, plan=PLAN)["AVAL"].to_list() == pytest.approx([7.4, 7.4, 7.4, 3.7])


def test_a_unit_of_another_kind_is_named() -> None:
    with pytest.raises(InputError, match="EXSEQ 2: EXDOSU 'mg'"):
        cycles(ex(EXDOSU=["GBq", "mg", "GBq", "GBq"]), plan=PLAN)


def test_doses_of_zero_were_not_given() -> None:
    rows = cycles(ex(EXDOSE=[7.4, 0.0, 7.4, 3.7]), plan=PLAN)
    assert rows["SRCSEQ"].to_list() == [1, 3, 4]
