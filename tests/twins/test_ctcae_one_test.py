"""Grades as arrays, by which doses are held and pages speak, equal those of the tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.laboratory.ctcae.grade import grade
from equipoise.laboratory.ctcae.one_test import OPEN_GRADE, GradedAgainst, one_test_graded
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, criteria

EACH = 40  # values of each test, unit and range
FAR = 25.0  # times the limits of normal


def plain(version: str) -> dict[str, set[str]]:
    """Test -> units of its criteria; of those that ask for no specimen and no fasting."""
    found: dict[str, set[str]] = {}
    for one in criteria(version):
        if not one.where:
            units = {"mg/dL" if unit == "any" else unit for unit in one.grades}
            for test in one.tests:
                found.setdefault(test, set()).update(units)
    return found


@pytest.mark.parametrize("version", CTCAE_FILES)
@pytest.mark.parametrize("side", ["LOW", "NORMAL", "HIGH"])
def test_equal_to_the_tables(version: str, side: str) -> None:
    rng, seen = np.random.default_rng(7), set()
    for test, units in plain(version).items():
        for unit in sorted(units):
            for lower, upper, base in ((1.8, 7.7, 5.0), (None, 40.0, 44.0), (120.0, None, np.nan)):
                near = [x for x in (lower, upper, base) if x is not None and np.isfinite(x)]
                steps = np.array([0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 20])
                edges = np.concatenate([steps * x for x in near])
                value = np.concatenate([edges, edges + 1e-6, rng.uniform(0, 200, EACH)])
                size = len(value)
                table = pl.DataFrame(
                    {"LBTESTCD": [test] * size, "AVAL": value, "UNIT": [unit] * size}
                ).with_columns(
                    ANRLO=pl.lit(lower, pl.Float64), ANRHI=pl.lit(upper, pl.Float64),
                    BASE=pl.lit(None if np.isnan(base) else base, pl.Float64), BNRIND=pl.lit(side),
                )  # fmt: skip
                expected = grade(table, version=version)
                limits = GradedAgainst(
                    lower, upper, np.full(size, base),
                    np.full(size, side == "HIGH"), np.full(size, side == "LOW"),
                )  # fmt: skip
                found = one_test_graded(value, test=test, unit=unit, version=version, limits=limits)
                for direction, column in (("low", "ATOXGRL"), ("high", "ATOXGRH")):
                    if direction in found:
                        told = expected[column].fill_null(OPEN_GRADE).to_list()
                        assert found[direction].tolist() == told, (test, unit, direction)
                        seen |= set(told)
                    else:
                        assert expected[column].is_null().all(), (test, unit, direction)
    assert seen == {-1, 0, 1, 2, 3, 4}
