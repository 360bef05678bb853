"""A condition with a unit is asked of each row in the row's own unit."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.conditions import holds, select
from equipoise.errors import InputError

# Clearances of 39, 41 mL/min, of 0.039 and 39 L/min, one told in no unit, one in words.
ROWS = pl.DataFrame(
    {
        "LBTESTCD": ["CREATCLR"] * 6,
        "LBSTRESN": [39.0, 41.0, 0.039, 39.0, 39.0, 39.0],
        "LBSTRESU": ["mL/min", "mL/min", "L/min", "L/min", None, "drops"],
    }
)


def kept(where: str, rows: pl.DataFrame) -> list[int]:
    return rows.with_row_index("N").filter(holds(where, rows.schema, dataset="LB"))["N"].to_list()


def test_each_row_is_compared_in_its_own_unit() -> None:
    assert kept("LBSTRESN < 40 mL/min", ROWS) == [0, 2]
    assert kept("LBSTRESN >= 0.04 L/min", ROWS) == [1, 3]
    assert kept("LBSTRESN < 40", ROWS) == [0, 2, 3, 4, 5]


def test_grams_and_moles_are_one_by_the_test() -> None:
    rows = pl.DataFrame(
        {
            "LBTESTCD": ["CREAT", "CREAT", "HGB"],
            "LBSTRESN": [177.0, 2.1, 80.0],
            "LBSTRESU": ["umol/L", "mg/dL", "g/L"],
        }
    )
    assert kept('LBSTRESN > 2 mg/dL and LBTESTCD = "CREAT"', rows) == [0, 1]
    assert kept('LBSTRESN < 8.5 g/dL and LBTESTCD = "HGB"', rows) == [2]


def test_doses_ages_and_parameters() -> None:
    doses = pl.DataFrame({"EXDOSE": [0.5, 400.0], "EXDOSU": ["g", "mg"]})
    assert kept("EXDOSE > 450 mg", doses) == [0]
    ages = pl.DataFrame({"AGE": [216.0, 17.0], "AGEU": ["MONTHS", "YEARS"]})
    assert kept("AGE >= 18 years", ages) == [0]
    param = pl.DataFrame({"PARAM": ["Hemoglobin (g/L)"], "PARAMCD": ["HGB"], "AVAL": [80.0]})
    assert kept("AVAL < 8.5 g/dL", param) == [0]


def test_a_variable_without_a_unit_is_refused_by_name() -> None:
    with pytest.raises(
        InputError, match="LBSTRESN has no variable with its unit; expected LBSTRESU"
    ):
        select(ROWS.drop("LBSTRESU"), "LBSTRESN < 40 mL/min", dataset="LB")
