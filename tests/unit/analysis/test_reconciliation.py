"""A look's reconciliation: shares that add up, told in the report; what is missing is named."""

from dataclasses import replace

import polars as pl
import pytest

from equipoise.adam.reconcile.conditions import AskedOfData, Matched
from equipoise.analysis.reconciliation import reconcile
from equipoise.errors import InputError
from equipoise.reporting.model import plain
from equipoise.reporting.tables.reconciliation import reconciliation_table
from support.street import pilot_adam, pilot_results


def test_the_pilot_adds_up_and_misses_nothing() -> None:
    found = reconcile(pilot_results())
    shares = {share.what: (share.whole, dict(share.parts)) for share in found.subjects}
    assert shares["subjects read"] == (306, {"in an arm": 254, "Screen Failure": 52})
    assert shares["TTDE, of population safety"] == (254, {"in its analysis": 254, "left out": 0})
    read = {share.what: share.whole for share in found.rows}
    assert (read["AE"], read["DM"], read["VS"]) == (1191, 306, 29_643)
    made = {(a.estimand, a.method): a.made for a in found.analyses}
    assert made == dict.fromkeys(
        [("TTDE", m) for m in ("log-rank", "Cox", "Kaplan-Meier", "median")], True
    )
    assert list(found.missing()) == []


def test_a_subject_who_is_lost_on_the_way_to_an_analysis_is_told() -> None:
    results = pilot_results()
    fewer = results.rows.with_columns(
        value=pl.when(
            (pl.col("analysis") == "TTDE")
            & (pl.col("statistic") == "n")
            & (pl.col("group") == "low")
        )
        .then(pl.col("value") - 1)
        .otherwise(pl.col("value"))
    )
    lost = list(reconcile(replace(results, rows=fewer)).missing())
    assert lost == ["TTDE, of population safety: 1 of 254 left out"]


def test_a_method_without_a_number_is_told_with_its_reason() -> None:
    results = pilot_results()
    mine = (pl.col("analysis") == "TTDE") & (pl.col("method") == "median")
    none = results.rows.with_columns(
        value=pl.when(mine).then(None).otherwise(pl.col("value")),
        note=pl.when(mine).then(pl.lit("not estimable: no events")).otherwise(pl.col("note")),
    )
    lost = list(reconcile(replace(results, rows=none)).missing())
    assert lost == ["TTDE, median: not made (not estimable: no events)"]
    reached = none.with_columns(note=pl.col("note").str.replace("not estimable.*", "not reached"))
    assert list(reconcile(replace(results, rows=reached)).missing()) == []


def test_a_condition_is_said_to_hold_for_none_of_the_rows_that_it_was_asked_of() -> None:
    """Not "for no row of ADSL": an endpoint asks only of who has its origin, and others may die."""
    found = reconcile(pilot_results())
    asked = AskedOfData("endpoints.DOR.death", "ADSL", "DTHDT is present", endpoint="DOR")
    lost = list(replace(found, conditions=(Matched(asked, 14, 0),)).missing())
    said = "`DTHDT is present` holds for none of the 14 rows of ADSL that it is asked of"
    assert lost == [f"endpoints.DOR.death: {said}"]


def test_rows_that_vanish_do_not_add_up() -> None:
    data = pilot_adam()
    fewer = {**data.snapshot.tables, "AE": data.snapshot.table("AE").head(1000)}
    with pytest.raises(InputError, match=r"do not add up: AE 1,191, but .* 1,000"):
        reconcile(replace(data, snapshot=replace(data.snapshot, tables=fewer)))


def test_the_report_has_it_as_one_table() -> None:
    table = reconciliation_table(pilot_results())
    lines = {line.label: tuple(map(plain, line.cells)) for line in table.lines}
    assert lines["subjects read"] == ("306", "254 in an arm, 52 Screen Failure")
    assert lines["TTDE: log-rank"] == ("", "made")
    assert table.notes == ()
