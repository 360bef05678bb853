"""The reports: every number is a row, the same rows are the same bytes, virtual patients say so.

`EQUIPOISE_APPROVE=1 pytest tests/golden` writes the approved text anew; read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.protocol.model import altered
from equipoise.reporting.html import render
from equipoise.reporting.rounding import MISSING, count, p_value, percent, ratio, rounded, tail
from support.golden import approved, shown_in, text_of, unmarked
from support.street import pilot_adam, pilot_results
from support.virtual import virtual_sdtm

HERE = Path(__file__).parent
REPORTS = ("pilot", "virtual")


@cache
def results_of(name: str) -> Results:
    if name == "pilot":
        return pilot_results()
    return analyze(derive(cut_at(virtual_sdtm())))


@cache
def html_of(name: str) -> str:
    return render(results_of(name))


def styles(statistic: str) -> list[Callable[[float], str]]:
    """The ways in which a statistic may stand in print."""
    name = re.sub(r" (lower|upper) limit$", "", statistic)
    if name.endswith("p, one-sided"):
        return [tail]
    if re.search(r"(^| )p$", name):
        return [p_value]
    if name in ("survival", "rate", "information", "difference in proportions") or name.endswith(
        "proportion"
    ):
        return [percent, lambda v: percent(v, 0), lambda v: f"{percent(v)}%"]
    if name in ("hazard ratio", "odds ratio"):
        return [ratio, lambda v: rounded(v, 2)]
    if name in (
        "information",
        "median months",
        "mean",
        "median",
        "standard deviation",
        "minimum",
        "maximum",
    ):
        return [lambda v: rounded(v, 1)]
    return [count]


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_is_a_row(name: str) -> None:
    rows = results_of(name).rows.to_dicts()
    shown = list(shown_in(html_of(name)))
    assert len(shown) > 300
    for number in shown:
        row = rows[number.row]
        assert row["statistic"] in number.title
        if row["value"] is None:
            assert number.text in ("NE", row["note"], "not estimable", MISSING), number
        else:
            assert number.text in [style(row["value"]) for style in styles(row["statistic"])], row


@pytest.mark.parametrize("name", REPORTS)
def test_no_other_number_stands_in_a_table_of_results(name: str) -> None:
    assert unmarked(html_of(name)) == []


def test_a_number_of_no_row_would_be_seen() -> None:
    html = html_of("pilot")
    span = next(
        s for s in re.findall(r"<span data-row=[^>]*>[^<]*</span>", html.split("Table 2")[1])
    )
    assert len(unmarked(html.replace(span, "12.3"))) > 0


@pytest.mark.parametrize("name", REPORTS)
def test_counts_of_the_flow_are_rows(name: str) -> None:
    flow = html_of(name).split("Flow of patients</h2>")[1].split("</figure>")[0]
    drawn = re.findall(r"n = ([\d,]+)\)", flow)
    rows = results_of(name).select(analysis="flow")["value"].to_list()
    assert len(drawn) > 10
    assert set(drawn) <= {count(value) for value in rows}


def test_numbers_at_risk_are_rows() -> None:
    html = html_of("pilot")
    figure = html.split("<h2>Efficacy</h2>")[1].split("</figure>")[0]
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", figure)
    risk = results_of("pilot").select(statistic="at risk")
    for value in risk.filter(pl.col("at") == 0)["value"]:
        assert f"{value:.0f}" in texts


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_rows_are_the_same_bytes(name: str) -> None:
    assert render(results_of(name)) == html_of(name)


def test_the_same_data_are_the_same_rows() -> None:
    assert analyze(pilot_adam()).rows.equals(pilot_results().rows)


def test_virtual_patients_say_so_on_every_page() -> None:
    html = html_of("virtual")
    body = html.split("<body>")[1]
    assert body.lstrip().startswith('<div class="virtual"')
    assert "Nobody was treated; every number below is simulated." in body
    footer = body.split("<footer>")[1]
    assert "<strong>Virtual patients, seed 1.</strong>" in footer
    assert '<div class="running" aria-hidden="true">virtual patients</div>' in footer
    printed = html.split("@media print")[1].split("</style>")[0]
    assert re.search(r"\.running \{[^}]*display: block;[^}]*position: fixed", printed)


def test_a_real_trial_says_nothing_of_the_kind() -> None:
    body = html_of("pilot").split("<body>")[1]
    assert "virtual" not in body.lower()


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_fetched(name: str) -> None:
    html = html_of(name)
    for pattern in (r"<script", r"<link", r"<iframe", r"<img", r"@import", r"@font-face", r"url\("):
        assert not re.search(pattern.replace(r"url\(", r"url\((?!#)"), html), pattern
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s"'<>]*""", html))
    names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, not places
    assert {a for a in addresses if a not in names} <= {
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/dcmitype/StillImage",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "https://matplotlib.org/",
    }
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html.replace("xlink:href", ""))


def test_a_label_cannot_break_the_page() -> None:
    from dataclasses import replace

    results = results_of("pilot")
    protocol = results.data.protocol
    arm = protocol.arms["low"].model_copy(update={"label": "<b>low & mild"})
    arms = {**protocol.arms, "low": arm}
    other = altered(protocol, arms=arms)
    data = replace(results.data, protocol=other)
    html = render(replace(results, data=data))
    assert "<b>low" not in html
    assert "&lt;b&gt;low &amp; mild" in html


def test_the_pilots_report_is_the_approved_one() -> None:
    path = HERE / "pilot.txt"
    assert approved(path, text_of(html_of("pilot"))), (
        "the report's text has changed: EQUIPOISE_APPROVE=1 pytest tests/golden, then read the diff"
    )
