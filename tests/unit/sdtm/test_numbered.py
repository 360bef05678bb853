"""Rows of SDTM are numbered 1, 2, ... within a subject."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.sdtm.tabulate.rows import numbered


@pytest.mark.parametrize("subjects", [[], ["a"], ["b", "a", "b", "b", "c", "a"]])
def test_the_numbers_begin_anew_with_each_subject(subjects: list[str]) -> None:
    rows = pl.DataFrame(
        {"USUBJID": subjects, "day": range(len(subjects), 0, -1)},
        schema={"USUBJID": pl.String, "day": pl.Int64},
    ).with_columns(STUDYID=pl.lit("S"), DOMAIN=pl.lit("XX"))
    found = numbered(rows, "XX", ("day",), {"XXDY": pl.col("day")})
    assert found.schema["XXSEQ"] == pl.Float64
    expected = [(s, n + 1) for s in sorted(set(subjects)) for n in range(subjects.count(s))]
    assert list(found.select("USUBJID", "XXSEQ").iter_rows()) == expected
    for _, mine in found.group_by("USUBJID"):
        assert mine["XXDY"].is_sorted()
