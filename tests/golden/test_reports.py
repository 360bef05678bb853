"""The reports: every number is a row, the same rows are the same bytes, virtual patients say so.

`EQUIPOISE_APPROVE=1 pytest tests/golden` writes the approved text anew; read the difference.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.protocol.model import altered
from equipoise.reporting.html import render
from equipoise.reporting.words import MISSING
from support.golden import approved, shown_in, stands_for, text_of, unmarked
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


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_is_a_row(name: str) -> None:
    results = results_of(name)
    shown = list(shown_in(html_of(name)))
    assert len(shown) > 600
    for number in shown:
        row = results.rows.row(number.row, named=True)
        assert number.key == results.keys[number.row]
        if row["value"] is None:
            words = (
                "NE",
                "NR",
                MISSING,
                "bound crossed",
                "bound not crossed",
                "no bound at this look",
            )
            assert number.text in (*words, row["note"]), number
        elif number.text == "NE":  # 0 of n against 0 of m has a ratio of 0 and no meaning
            assert "ratio" in row["statistic"], (number, row)
        else:
            assert stands_for(number.text, row["value"]), (number, row)


def test_a_number_that_is_rounded_wrong_would_be_seen() -> None:
    assert stands_for("0.13", 0.125)
    assert stands_for("9.3", 0.0925)
    assert stands_for("4.9×10⁻⁶", 4.867e-6)
    assert not stands_for("0.12", 0.1274)
    assert not stands_for("9.1", 0.0925)
    assert not stands_for("<0.001", 0.002)


@pytest.mark.parametrize("name", REPORTS)
def test_a_row_has_the_same_text_wherever_it_stands(name: str) -> None:
    texts: dict[str, set[str]] = {}
    for number in shown_in(html_of(name)):
        texts.setdefault(number.key, set()).add(number.text)
    several = {key: text for key, text in texts.items() if len(text) > 1}
    assert several == {}


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_leads_to_its_row_at_the_end(name: str) -> None:
    html = html_of(name)
    ends = re.findall(r"<td id=(r-[0-9a-f]{10})>", html)
    assert len(ends) == len(set(ends))
    assert {number.key for number in shown_in(html)} == set(ends)


@pytest.mark.parametrize("name", REPORTS)
def test_no_other_number_stands_in_a_table_of_results(name: str) -> None:
    assert unmarked(html_of(name)) == []


def test_a_number_of_no_row_would_be_seen() -> None:
    html = html_of("pilot")
    link = re.findall(r"<a data-row=[^>]*>[^<]*</a>", html.split("Table 2")[1])[0]
    assert len(unmarked(html.replace(link, "12.3"))) > 0


@pytest.mark.parametrize("name", REPORTS)
def test_no_number_of_a_figure_is_without_a_row(name: str) -> None:
    """Ticks of an axis are no results; every other number in a drawing is a link."""
    for drawing in re.findall(r"<svg.*?</svg>", html_of(name), re.DOTALL):
        bare = re.sub(r"<a [^>]*>[^<]*</a>|<desc.*?</desc>|<title.*?</title>", "", drawing)
        words = re.findall(r"<text[^>]*>([^<]*)</text>", bare)
        words = [word.replace("(95% CI", "") for word in words]
        loose = [w for w in words if re.search(r"\d\.\d|n = \d|\(\d", w)]
        labels = {arm.label for arm in results_of(name).data.protocol.arms.values()}
        assert [w for w in loose if not any(label in w for label in labels)] == [
            w for w in loose if re.fullmatch(r"\d+(\.\d+)?", w)
        ]


def test_at_risk_censored_and_events_are_all_patients_at_every_tick() -> None:
    """Two looks, three arms and two: nobody is lost under the axis."""
    for name in REPORTS:
        results = results_of(name)
        for key in results.rows.filter(pl.col("statistic") == "at risk")["analysis"].unique():
            rows = results.select(analysis=key, subgroup="")
            size = dict(
                rows.filter((pl.col("statistic") == "n") & (pl.col("method") == "count"))
                .select("group", "value").iter_rows()
            )  # fmt: skip
            parts = ["at risk", "events before", "censored before"]
            told = rows.filter(pl.col("statistic").is_in(parts))
            sums = told.group_by("group", "at").agg(pl.col("value").sum(), pl.len())
            assert sums.height > 5
            for group, _, total, count in sums.iter_rows():
                assert (total, count) == (size[group], 3)


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_rows_are_the_same_bytes(name: str) -> None:
    assert render(results_of(name)) == html_of(name)


def test_the_same_data_are_the_same_rows() -> None:
    assert analyze(pilot_adam()).rows.equals(pilot_results().rows)


def test_virtual_patients_say_so_on_every_page() -> None:
    html = html_of("virtual")
    body = html.split("<body>")[1]
    assert body.index('<header class="virtual"') < body.index("<h1>")
    assert "Nobody was treated; every number below is simulated." in body
    end = body.split('aria-labelledby="provenance"')[1]
    assert "<strong>Virtual patients, seed 1.</strong>" in end
    running = re.search(r'@top-left \{ content: "([^"]*)"', html)
    assert running is not None
    assert running[1].endswith("VIRTUAL PATIENTS")


def test_a_real_trial_says_nothing_of_the_kind() -> None:
    body = html_of("pilot").split("<body>")[1]
    assert "virtual" not in body.lower()


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_fetched(name: str) -> None:
    html = html_of(name)
    for pattern in (r"<link", r"<iframe", r"<img", r"@import", r"@font-face", r"url\((?!#)"):
        assert not re.search(pattern, html), pattern
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s"'<>]*""", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert not re.search(r"""(?:src|href)=["']?(?!["'#])""", html.split("<script>")[0])


@pytest.mark.parametrize("name", REPORTS)
def test_only_its_own_script_may_run(name: str) -> None:
    html = html_of(name)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    seal = b64encode(sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{seal}'" in policy.replace("&#39;", "'").replace("&#43;", "+")
    assert not re.search(r"\son\w+=", html.split("<script>")[0])


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_small(name: str) -> None:
    assert len(html_of(name).encode()) < 400_000


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
