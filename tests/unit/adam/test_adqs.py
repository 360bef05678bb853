from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from equipoise.adam.adqs import adqs
from equipoise.errors import InputError

ADSL = pl.DataFrame({"USUBJID": ["S1"], "STARTDT": [dt.date(2020, 1, 1)]})


def mean_of_all(answers: Mapping[int, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    return {"ALL": np.mean(list(answers.values()), axis=0), "ONE": answers[1]}


def qs() -> pl.DataFrame:
    # Three forms of two items; at week 12 the second item is missing.
    rows = [
        (1.0, "BASELINE", "2019-12-30", {1: 1.0, 2: 3.0}),
        (2.0, "WEEK 8", "2020-02-26", {1: 2.0, 2: 4.0}),
        (3.0, "WEEK 12", "2020-03-25", {1: 4.0}),
    ]
    table = [
        ("S1", "QLQ", f"QLQ{item:02d}", value, day, visit, name)
        for visit, name, day, items in rows
        for item, value in items.items()
    ]
    names = ["USUBJID", "QSCAT", "QSTESTCD", "QSSTRESN", "QSDTC", "VISITNUM", "VISIT"]
    return pl.DataFrame(table, schema=names, orient="row").with_row_index("QSSEQ", offset=1)


def test_scores_with_baseline_and_change() -> None:
    table = adqs(qs(), ADSL, form="QLQ", score=mean_of_all, names={"ALL": "All items"})
    rows = table.filter(pl.col("PARAMCD") == "ALL")
    assert rows["AVAL"].to_list() == [2.0, 3.0, None]
    assert rows["BASE"].to_list() == [2.0, 2.0, 2.0]
    assert rows["CHG"].to_list() == [None, 1.0, None]
    assert rows["ABLFL"].to_list() == ["Y", None, None]
    assert rows["ADY"].to_list() == [-2, 57, 85]
    assert rows["PARAM"].unique().to_list() == ["All items"]
    assert rows["SRCSEQS"].to_list() == [[1, 2], [3, 4], [5]]


def test_the_later_of_two_answers_counts() -> None:
    again = qs().head(1).with_columns(QSSTRESN=pl.lit(4.0), QSSEQ=pl.lit(9, dtype=pl.UInt32))
    table = adqs(pl.concat([qs(), again]), ADSL, form="QLQ", score=mean_of_all)
    assert table.filter(pl.col("PARAMCD") == "ONE")["AVAL"].to_list() == [4.0, 2.0, 4.0]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="QSTESTCD"):
        adqs(qs().drop("QSTESTCD"), ADSL, form="QLQ", score=mean_of_all)
