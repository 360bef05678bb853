from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from equipoise.analysis.results import ROW_SCHEMA, Estimate, Row, frame
from equipoise.errors import InputError
from support.street import pilot_results


def test_rows_become_a_table_of_one_schema() -> None:
    table = frame([Row("PFS", "Cox", "ITT", "hazard ratio", 0.2), Row("a", "b", "c", "d", None)])
    assert dict(table.schema) == ROW_SCHEMA
    assert table["value"].to_list() == [0.2, None]
    assert frame([]).schema == table.schema


def test_the_answer_to_the_primary_question() -> None:
    found = pilot_results()["primary"]
    assert repr(found) == (
        "Estimate  hazard ratio 4.08 (95% CI 2.59 to 6.42)   log-rank P<0.001   91 events in 170"
    )
    assert repr(pilot_results()["TTDE"]) == repr(found)


def test_an_estimate_says_why_there_is_none() -> None:
    none = Estimate("hazard ratio", None, None, None, None, "", 0, 0, "not estimable: no events")
    assert repr(none) == "Estimate  hazard ratio not estimable (not estimable: no events)"


def test_what_is_not_there() -> None:
    results = pilot_results()
    with pytest.raises(InputError, match='no column "statistc"; did you mean statistic'):
        results.select(statistc="p")
    with pytest.raises(InputError, match='no estimand "TTE"; did you mean TTDE'):
        results["TTE"]
    with pytest.raises(InputError, match="no row with statistic 'risk ratio'"):
        results.estimate("risk ratio", analysis="TTDE")
    with pytest.raises(InputError, match='no row has statistic "medan"; did you mean median'):
        results.value(analysis="TTDE", statistic="medan")


def test_several_rows_are_no_answer() -> None:
    with pytest.raises(InputError, match=r"\d+ rows with statistic 'n'; say also analysis"):
        pilot_results().value(statistic="n")
    with pytest.raises(InputError, match=r"say also group \("):
        pilot_results().value(analysis="TTDE", statistic="n", subgroup="")


def test_an_estimate_names_the_patients_it_rests_on() -> None:
    ratio = pilot_results()["TTDE"]
    same = pilot_results().estimate(
        "hazard ratio", analysis="TTDE", subgroup="", comparison="low v placebo"
    )
    assert (same.n, same.events) == (ratio.n, ratio.events) == (170, 91)
    assert "91 events in 170" in repr(same)


def test_no_value_is_not_a_number() -> None:
    """NaN or infinity would leak into JSON."""
    values = pilot_results().rows["value"].drop_nulls()
    assert values.is_finite().all()


def test_each_row_has_a_key_of_its_own() -> None:
    keys = [name for name in ROW_SCHEMA if name not in ("value", "note")]
    rows = pilot_results().rows
    twice = rows.group_by(keys).len().filter(pl.col("len") > 1)
    assert twice.is_empty(), twice
    # the test would see it if there were one
    again = replace(pilot_results(), rows=pl.concat([rows, rows.head(1)])).rows
    assert again.group_by(keys).len()["len"].max() == 2
