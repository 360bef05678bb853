"""Every number that a figure of patients draws is a row with a key, in its table and as a link."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from equipoise.analysis.results import PLACE, row_key
from equipoise.errors import InputError
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.figures.page import figure_page
from equipoise.reporting.model import Number, numbers_in
from equipoise.reporting.plots import trial
from equipoise.reporting.plots.trial import OF_TRIAL, of_trial, with_rows
from equipoise.reporting.why import why
from support.command import command
from support.looks import netter_results
from support.street import built_pilot, pilot_results

MADE = sorted(set(OF_TRIAL) - {"edish"})


@cache
def drawn(name: str) -> ReportFigure:
    return of_trial(netter_results(), name)


def links(figure: ReportFigure) -> set[tuple[str, int]]:
    found = re.findall(r'<a href="#(r-[0-9a-f]{10})" data-row="(\d+)">', figure.svg)
    return {(key, int(row)) for key, row in found}


def in_table(figure: ReportFigure) -> list[Number]:
    return list(numbers_in(figure.data.cells))


@pytest.mark.parametrize("name", MADE)
def test_rows_have_keys_of_their_own(name: str) -> None:
    figure = drawn(name)
    assert figure.rows is not None
    keys = [row_key(row) for row in figure.rows.select(PLACE).iter_rows(named=True)]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(netter_results().keys)
    whole = with_rows(netter_results(), figure)
    for number in [*in_table(figure), *numbers_in([figure.caption])]:
        assert whole.keys[number.row] == number.key
        assert whole.rows["value"][number.row] == number.value


@pytest.mark.parametrize("name", MADE)
def test_the_table_has_every_number_and_the_drawing_no_other(name: str) -> None:
    figure = drawn(name)
    own = {number.key for number in in_table(figure)}
    told = {number.key for number in numbers_in([figure.caption])}
    assert own
    assert {key for key, _ in links(figure)} <= own | told
    rows = with_rows(netter_results(), figure)
    assert all(rows.keys[row] == key for key, row in links(figure))


PATIENTS = ("waterfall", "spider", "swimmer", "exposure", "shift", "spaghetti")


@pytest.mark.parametrize("name", PATIENTS)
def test_each_mark_of_a_patient_is_a_link(name: str) -> None:
    """A link for each line of the table, drawn once for the page and once for the phone."""
    figure = drawn(name)
    assert len(links(figure)) == len(figure.data.lines)


def test_a_value_is_the_one_that_was_collected() -> None:
    """The row of a patient's bar holds what ADTR has, unrounded."""
    data, figure = netter_results().data, drawn("waterfall")
    assert figure.rows is not None
    rows = figure.rows.filter(pl.col("statistic") == "best change, %")
    sums = data.table("ADTR").filter((pl.col("PARAMCD") == "SDIAM") & (pl.col("ANL01FL") == "Y"))
    best = sums.filter(pl.col("ABLFL").is_null()).group_by("USUBJID").agg(pl.col("PCHG").min())
    wanted = dict(best.drop_nulls().iter_rows())
    assert dict(rows.select("term", "value").iter_rows()) == wanted


def test_responses_of_the_waterfall_add_up() -> None:
    figure = drawn("waterfall")
    assert figure.rows is not None
    rows = figure.rows.filter(pl.col("statistic") == "best response, patients")
    whole = figure.rows.filter(pl.col("statistic") == "patients")["value"][0]
    assert rows["value"].sum() == whole == len(figure.data.lines)


def test_patients_at_each_tick_add_up() -> None:
    figure = drawn("onset")
    assert figure.rows is not None
    at = figure.rows.filter(pl.col("at").is_not_null()).group_by("group", "at")
    sums = at.agg(pl.col("value").sum()).group_by("group").agg(pl.col("value").unique())
    sizes = figure.rows.filter(pl.col("statistic") == "patients")
    for arm, n in sizes.select("group", "value").iter_rows():
        assert sums.filter(pl.col("group") == arm)["value"][0].to_list() == [n]


def test_terms_of_the_volcano_are_rows_of_the_results() -> None:
    results = netter_results()
    differences = [cells[0] for cells in (line.cells for line in drawn("volcano").data.lines)]
    for (number,) in differences:
        assert isinstance(number, Number)
        row = results.rows.row(number.row, named=True)
        assert (row["analysis"], row["statistic"]) == ("safety", "any grade risk difference")


def test_why_leads_from_a_mark_to_the_records() -> None:
    figure = drawn("waterfall")
    number = in_table(figure)[0]
    said = why(netter_results(), number.key)
    assert float(said[0]) == number.value
    assert said[1] == f"printed     {number.text}"
    subject = figure.data.lines[0].label
    assert any(line.startswith(f"records     of {subject}: equipoise explain") for line in said)
    with pytest.raises(InputError, match="no row has the key"):
        why(netter_results(), "r-0000000000")


def test_the_page_of_a_figure_opens_every_number() -> None:
    page = figure_page(netter_results(), drawn("waterfall"))
    wanted = {number.key for number in in_table(drawn("waterfall"))}
    cells = set(re.findall(r"<td id=(r-[0-9a-f]{10})>", page))
    assert wanted <= cells
    assert re.search(r"default-src 'none'.*script-src 'sha256-", page)
    assert re.findall(r"https?://", re.sub(r'xmlns="[^"]*"', "", page)) == []


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    done = command("figure", built_pilot(), "grades", "--to", "html", "-o", tmp_path)
    assert done.code == 0, done.err
    assert "Adverse events by worst grade" in (tmp_path / "grades.html").read_text("utf-8")


def test_what_is_not_drawn_is_asked_of_the_tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the data have a figure is known without drawing it."""
    monkeypatch.setattr(trial, "replace", None)
    assert trial.not_drawn(pilot_results())["edish"] == "the data hold no laboratory values"
