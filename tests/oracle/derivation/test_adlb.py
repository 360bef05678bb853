"""ADLB and its CTCAE 4.03 grades equal pharmaverseadam adlb, but for the list of differences."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.labs.adlb import AdlbOptions, adlb
from support.pharma import data, differing, listed, shared

KEY = ["USUBJID", "LBSEQ"]


@pytest.fixture(scope="module")
def theirs() -> pl.DataFrame:
    return data("pharmaverseadam", "adlb")


@pytest.fixture(scope="module")
def ours(theirs: pl.DataFrame) -> pl.DataFrame:
    codes = dict(theirs.select("LBTESTCD", "PARAMCD").unique().drop_nulls().iter_rows())
    names = dict(theirs.select("PARAMCD", "PARAM").unique().drop_nulls().iter_rows())
    lb, adsl = data("pharmaversesdtm", "lb"), data("pharmaverseadam", "adsl")
    made = adlb(lb, adsl, version="4.03", options=AdlbOptions(codes=codes, names=names))
    return made.with_columns(pl.col("LBSEQ").cast(pl.Float64))


def test_equal_but_for_the_list(theirs: pl.DataFrame, ours: pl.DataFrame) -> None:
    plain = theirs.filter(pl.col("DTYPE").is_null())
    columns = shared(plain, ours, key=KEY)
    assert len(ours) == 59580
    assert len(columns) == 43
    assert differing(plain, ours, key=KEY, columns=columns) == listed("adlb")


def test_grades_of_the_same_definition(theirs: pl.DataFrame, ours: pl.DataFrame) -> None:
    grades = ["ATOXGRL", "ATOXGRH", "ATOXDSCL", "ATOXDSCH"]
    same = ~pl.col("PARAMCD").is_in(["LYMPH", "HGB", "URATE"])
    left = theirs.filter(pl.col("DTYPE").is_null() & same)
    right = ours.filter(same)
    assert differing(left, right, key=KEY, columns=grades) == {}
    graded = right.filter(pl.col("ATOXGRL").is_not_null() | pl.col("ATOXGRH").is_not_null())
    assert len(graded) == 29039
