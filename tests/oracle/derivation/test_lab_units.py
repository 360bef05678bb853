"""Original values turned into standard units equal the standardized values of a published study.

Source   pharmaversesdtm LB (CDISC pilot study): LBORRES in US units, LBSTRESN in SI, computed by
         the study's own factors: bilirubin 17.1, creatinine 88.4, urate 59.48, glucose 0.05551,
         urea nitrogen 0.357, calcium 0.2495, cholesterol 0.02586, phosphate 0.3229 and
         hemoglobin 0.6206.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from equipoise.laboratory.units import factor, unit_of
from support.pharma import data

# The study's factors have three to five digits; ours are as exact as atomic weights.
ROUNDED_FACTOR = 2.2e-4
MOLAR = {"BILI", "BUN", "CA", "CHOL", "CREAT", "GLUC", "HGB", "PHOS", "URATE"}
NOT_TOLD = {"MCH", "MCHC", "MCV", "VITB12"}  # kinds and molar masses that are not in the tables


def read(source: Callable[[str, str], pl.DataFrame]) -> pl.DataFrame:
    """The rows that have a value in both units."""
    numbers = pl.col("LBORRES").cast(pl.Float64, strict=False)
    rows = source("pharmaversesdtm", "lb").with_columns(ORIGINAL=numbers)
    return rows.filter(pl.col("LBSTRESN").is_not_null() & pl.col("LBSTRESU").is_not_null())


@pytest.fixture(scope="module")
def lb() -> pl.DataFrame:
    return read(data)


def test_original_values_become_the_standard_ones(lb: pl.DataFrame) -> None:
    turned = 0
    for (test, a, b), part in lb.partition_by(
        ["LBTESTCD", "LBORRESU", "LBSTRESU"], as_dict=True
    ).items():
        if test in NOT_TOLD:
            continue
        here, there = unit_of(a, test=test), unit_of(b, test=test)
        assert here is not None, (test, a)
        assert there is not None, (test, b)
        times = factor(test, from_=here, to=there)
        assert times is not None, (test, a, b)
        gap = (part["ORIGINAL"] * float(times) / part["LBSTRESN"] - 1).abs()
        allowed = ROUNDED_FACTOR if test in MOLAR else 1e-12  # the same decimals, in doubles
        assert gap.fill_nan(0.0).max() <= allowed, test
        turned += len(part)
    assert turned == 49250
