"""A grade does not depend on the unit a value is written in, nor on the one it is analyzed in."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.adam.labs.adlb import AdlbOptions, adlb
from equipoise.adam.labs.results import Units
from equipoise.laboratory.ctcae.grade import grade
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, SCALE, criteria
from equipoise.laboratory.units import factor, kind_of, kinds, known_tests

GRADES = ["ATOXGRL", "ATOXGRH"]
FIXED = sorted(
    {
        (t, u)
        for v in CTCAE_FILES
        for c in criteria(v)
        for u in c.grades
        if u != "any"
        for t in c.tests
    }
)
NEAR = st.sampled_from(["0.5", "0.75", "1", "1.2", "1.5", "2", "2.5", "3", "5", "10", "20"])


def thresholds(test: str, unit: str) -> list[str]:
    """The numbers at which a grade of the test changes in a unit."""
    words = [
        word
        for v in CTCAE_FILES
        for c in criteria(v)
        if test in c.tests
        for text in c.grades.get(unit, {}).values()
        for word in text.split()
    ]
    return sorted({w for w in words if w[0].isdigit()})


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, str, list[Fraction | None]]:
    """A test, a unit of its criteria, and value, limits and baseline about its thresholds."""
    test, unit = draw(st.sampled_from(FIXED))
    size = Fraction(draw(st.sampled_from(thresholds(test, unit) or ["1"])))
    hair = Fraction(draw(st.sampled_from([-1, 0, 1])), 1000)
    value = size * (1 + hair)
    low, high, base = (draw(st.none() | NEAR.map(lambda n: size * Fraction(n))) for _ in range(3))
    return test, unit, [value, low, high, base]


def table(test: str, unit: str, numbers: list[Fraction | None], *, base: str) -> pl.DataFrame:
    names = ["AVAL", "ANRLO", "ANRHI", "BASE"]
    said = {n: None if x is None else float(x) for n, x in zip(names, numbers, strict=True)}
    return pl.DataFrame(
        {
            **{n: pl.Series([x], dtype=pl.Float64) for n, x in said.items()},
            "LBTESTCD": [test],
            "UNIT": [unit],
            "BNRIND": [base],
            "LBFAST": ["Y"],
        }
    )


BASES = st.sampled_from(["LOW", "NORMAL", "HIGH"])


@given(rows(), st.sampled_from(sorted(CTCAE_FILES)), BASES, st.data())
@settings(max_examples=150, deadline=None)
def test_a_value_has_one_grade_in_every_unit_of_its_kind(row, version, base, data):
    test, unit, numbers = row
    other = data.draw(st.sampled_from(sorted(kinds()[kind_of(unit)])))
    times = factor(test, from_=unit, to=other)
    assert times is not None
    there = [None if x is None else x * times for x in numbers]
    # What a laboratory reports has a few decimals; a grade is told to seven.
    assume(all(x is None or ((x * SCALE).denominator == 1 and x < 10**11) for x in there + numbers))
    here = grade(table(test, unit, numbers, base=base), version=version).select(GRADES)
    moved = grade(table(test, other, there, base=base), version=version).select(GRADES)
    assert here.equals(moved), (here.rows(), moved.rows())


@pytest.mark.parametrize("version", CTCAE_FILES)
@given(st.lists(rows(), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_unit_of_analysis_changes_no_grade(version, several):
    day = dt.date(2020, 1, 1)
    adsl = pl.DataFrame({"USUBJID": ["S"], "TRTSDT": [day], "TRTEDT": [None]}).cast(
        {"TRTEDT": pl.Date}
    )
    parts = [
        table(test, unit, numbers, base="NORMAL").with_columns(
            LBDTC=pl.lit(str(day + dt.timedelta(days=7 * n))), LBSEQ=pl.lit(n)
        )
        for n, (test, unit, numbers) in enumerate(several)
    ]
    names = {"AVAL": "LBSTRESN", "UNIT": "LBSTRESU", "ANRLO": "LBSTNRLO", "ANRHI": "LBSTNRHI"}
    lb = pl.concat(parts).rename(names).with_columns(USUBJID=pl.lit("S"))
    made = [
        adlb(lb, adsl, version=version, options=AdlbOptions(units=Units(system)))
        for system in ("as collected", "SI", "US")
    ]
    kept = [m.select(*GRADES, "BTOXGR", "ABLFL", "LBSEQ") for m in made]
    assert kept[0].equals(kept[1])
    assert kept[0].equals(kept[2])
    for system, rows_ in zip(("si", "us"), made[1:], strict=True):
        units = {t: getattr(x, system) for t, x in known_tests().items()}
        for test, unit in rows_.select("LBTESTCD", "AVALU").unique().rows():
            assert unit == units[test]
