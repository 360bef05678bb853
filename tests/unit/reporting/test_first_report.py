"""Faults of the first report that whole pages show, of a real and of a virtual trial."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

import pytest

from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.reporting.figures.flow import flow_figure
from equipoise.reporting.html import render
from equipoise.reporting.model import Cell, Display, plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.baseline import baseline_table
from equipoise.reporting.tables.efficacy import efficacy_table
from equipoise.reporting.tables.safety import overview_table, terms_table
from support.r_calls import example
from support.street import pilot_results
from support.virtual import netter, virtual_sdtm

TRIALS = ("pilot", "virtual")
UNROUNDED = 12  # characters
CSS_SHARE = 0.05  # of a report's bytes; the first report spent 24% on its style


@cache
def results_of(name: str) -> Results:
    if name == "pilot":
        return pilot_results()
    return analyze(Study.of(virtual_sdtm(), netter()).adam("PFS final"))


@cache
def page_of(name: str) -> str:
    return render(results_of(name))


def words_of(cells: tuple[Cell, ...]) -> list[str]:
    return [plain(cell) for cell in cells]


def flow_of(name: str) -> str:
    results = results_of(name)
    return re.sub(r"</?a[^>]*>", "", flow_figure(results, Numbers(results)).svg)


def in_arm(drawn: str, words: str) -> list[int]:
    return [int(n) for n in re.findall(rf"{words} \(n = (\d+)\)", drawn)]


def hyphens(page: str) -> Iterator[str]:
    """Printed numbers with a hyphen for a minus; unrounded ones are there to be copied into R."""
    for part in re.findall(r"<a\b[^>]*data-row[^>]*>(.*?)</a>", page, flags=re.S):
        shown = html.unescape(re.sub(r"<[^>]+>", "", part))
        yield from (one for one in re.findall(r"-\d[\d.]*", shown) if len(one) < UNROUNDED)


@pytest.mark.parametrize("name", TRIALS)
def test_a_limit_that_is_not_known_is_never_given_twice(name: str) -> None:
    assert "NE to NE" not in page_of(name)


@pytest.mark.parametrize("name", TRIALS)
def test_who_left_is_not_who_is_still_in_the_study(name: str) -> None:
    drawn, results = flow_of(name), results_of(name)
    parts = [in_arm(drawn, one) for one in
             ("Left the study", "Completed the study", "In the study at the cut-off")]  # fmt: skip
    arms = results.select(analysis="flow", statistic="randomized")
    of_arm = {row["group"]: row["value"] for row in arms.iter_rows(named=True)}
    everybody = sum(of_arm[key] for key in results.data.protocol.arms)
    drawn_twice = 2  # once for a desk, once for a telephone
    assert sum(sum(one) for one in parts) == drawn_twice * everybody
    if name == "virtual":
        assert all(n > 0 for n in parts[2])


def test_the_p_value_of_non_inferiority_stands() -> None:
    results = analyze(example("non-inferiority", "ORR final"))
    lines = efficacy_table(results, Numbers(results)).lines
    told = {plain(one.label) if not isinstance(one.label, str) else one.label:
            words_of(one.cells) for one in lines}  # fmt: skip
    assert re.match(r"<?0\.\d+", told["P against the margin, one-sided"][-1])
    assert told["Conclusion"][-1].startswith("non-inferior")


@pytest.mark.parametrize("name", TRIALS)
def test_minus_has_one_form(name: str) -> None:
    assert list(hyphens(page_of(name))) == []
    assert list(hyphens('<a data-row="3"><b>-1.5</b></a>')) == ["-1.5"]


@pytest.mark.parametrize("name", TRIALS)
def test_heads_say_how_many(name: str) -> None:
    results = results_of(name)
    numbers = Numbers(results)
    tables: list[Display] = [baseline_table(results, numbers), overview_table(results, numbers),
                             terms_table(results, numbers)]  # fmt: skip
    for table in tables:
        heads = words_of(table.heads)[: len(results.data.protocol.arms)]
        assert all(re.search(r"\(N=\d+\)", one) for one in heads), heads


@pytest.mark.parametrize("name", TRIALS)
def test_characteristics_are_labeled_and_say_who_has_a_value(name: str) -> None:
    results = results_of(name)
    table = baseline_table(results, Numbers(results))
    labels = [one.label if isinstance(one.label, str) else plain(one.label) for one in table.lines]
    assert "Patients with a value" in labels
    assert not {"M", "F", "Y", "N", "SEX", "RACE"} & set(labels)
    assert not [one for one in labels if re.match(r"[a-z]\w*: ", one)]


@pytest.mark.parametrize("name", TRIALS)
def test_a_page_can_be_skipped_darkened_and_read_in_gray(name: str) -> None:
    page = page_of(name)
    style = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.S))
    assert re.search(r'<a class="skip" href="#(\w+)"', page)
    assert "prefers-color-scheme: dark" in style
    assert "dasharray" in style
    assert len(style) < CSS_SHARE * len(page)
