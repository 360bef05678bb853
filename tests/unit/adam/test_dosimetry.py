"""Kidney and marrow by the published regression, worked by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.exposure.dosimetry import dosimetry
from equipoise.errors import InputError
from equipoise.protocol.model import OrganDose

SOURCE = "J Nucl Med 2026;67:887"
REFERENCE = {"reference activity": "7.4 GBq", "reference clearance": 99, "source": SOURCE}
KIDNEY = OrganDose.model_validate(
    {"code": "KIDNEY", "label": "Kidney", "gray": 4.37, "by activity": 0.65, "limit": 23}
    | {"by clearance": -0.55, **REFERENCE}
)
MARROW = OrganDose.model_validate(
    {"code": "MARROW", "label": "Marrow", "gray": 0.24, "by activity": 0.52, "limit": 2}
    | {"by clearance": -1.18, **REFERENCE}
)


def given(days: list[int], doses: list[float]) -> pl.DataFrame:
    start = dt.date(2020, 1, 1)
    return pl.DataFrame(
        {
            "USUBJID": ["S1"] * len(days),
            "CYCLE": list(range(1, len(days) + 1)),
            "ADT": [start + dt.timedelta(days=d) for d in days],
            "AVAL": doses,
            "SRCSEQ": list(range(1, len(days) + 1)),
        }
    )


def clearance(rows: dict[int, float]) -> pl.DataFrame:
    start = dt.date(2020, 1, 1)
    return pl.DataFrame(
        {
            "USUBJID": ["S1"] * len(rows),
            "ADT": [start + dt.timedelta(days=d) for d in rows],
            "AVAL": list(rows.values()),
            "SRCSEQ": list(range(11, 11 + len(rows))),
        }
    )


def values(table: pl.DataFrame, code: str) -> list[float | None]:
    return table.filter(pl.col("PARAMCD") == code)["AVAL"].to_list()


def test_reference_dose_at_reference_clearance() -> None:
    table = dosimetry(given([0], [7.4]), clearance({-7: 99.0}), organs=[KIDNEY, MARROW])
    assert values(table, "KIDNEY") == pytest.approx([4.37])
    assert values(table, "MARROW") == pytest.approx([0.24])


def test_half_dose_and_worse_kidneys() -> None:
    table = dosimetry(given([0, 56], [7.4, 3.7]), clearance({-7: 99.0, 50: 60.0}), organs=[KIDNEY])
    second = 4.37 * 0.5**0.65 * (60 / 99) ** -0.55
    assert values(table, "KIDNEY") == pytest.approx([4.37, second])
    assert values(table, "KIDNEYC") == pytest.approx([4.37, 4.37 + second])
    assert table.filter(pl.col("CYCLE") == 2)["LBSEQ"].to_list() == [12, 12]


def test_a_sum_holds_the_records_of_its_cycles() -> None:
    table = dosimetry(given([0, 56], [7.4, 3.7]), clearance({-7: 99.0, 50: 60.0}), organs=[KIDNEY])
    whole = table.filter(pl.col("PARAMCD") == "KIDNEYC").sort("CYCLE")
    assert whole["SRCSEQS"].to_list() == [[1], [1, 2]]
    assert whole["LBSEQS"].to_list() == [[11], [11, 12]]
    assert set(table.filter(pl.col("PARAMCD") == "KIDNEY")["SRCSEQS"]) == {None}


def test_the_limit_is_flagged_on_the_sum_alone() -> None:
    # At 50 mL/min a cycle is 4.37 x (50/99)^-0.55 = 6.36 Gy: four of them are over 23.
    table = dosimetry(given([0, 56, 112, 168], [7.4] * 4), clearance({-7: 50.0}), organs=[KIDNEY])
    total = table.filter(pl.col("PARAMCD") == "KIDNEYC")
    assert total["CRIT1FL"].to_list() == ["N", "N", "N", "Y"]
    assert total["CRIT1"].to_list() == ["> 23 Gy"] * 4
    assert set(table.filter(pl.col("PARAMCD") == "KIDNEY")["CRIT1FL"]) == {None}


def test_without_a_clearance_the_sum_is_unknown_from_there() -> None:
    table = dosimetry(given([0, 56], [7.4, 7.4]), clearance({10: 99.0}), organs=[KIDNEY])
    assert values(table, "KIDNEY") == [None, pytest.approx(4.37)]
    assert values(table, "KIDNEYC") == [None, None]


def test_an_organ_is_needed() -> None:
    with pytest.raises(InputError, match="at least one organ"):
        dosimetry(given([0], [7.4]), clearance({0: 99.0}), organs=[])
