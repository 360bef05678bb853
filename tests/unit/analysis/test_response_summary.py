"""`response` on frames, and its command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from equipoise.analysis.response.difference import miettinen_nurminen
from equipoise.analysis.response.summary import response
from equipoise.analysis.response.tables import fisher
from equipoise.cli.response import command
from equipoise.errors import InputError

ARTHRITIS = Path(__file__).parents[2] / "oracle" / "response" / "data" / "arthritis.csv"
WANTED = {"responder": "Improved==Some|Marked", "arm": "Treatment"}


def numbers(value):
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v)]
    return [value] if isinstance(value, float) else []


def test_any_frame_gives_the_same():
    polars = pl.read_csv(ARTHRITIS)
    found = [
        response(d, **WANTED)
        for d in (ARTHRITIS, polars, pandas.read_csv(ARTHRITIS, keep_default_na=False))
    ]
    assert found[0] == found[1] == found[2]
    assert [a.arm for a in found[0].arms] == ["Placebo", "Treated"]
    one = found[0].comparisons[0]
    assert one.difference == miettinen_nurminen(28, 41, 14, 43)[:3]
    assert one.fisher.p == fisher([[28, 13], [14, 29]]).p


def test_control_comes_first_and_swapping_negates():
    plain = response(ARTHRITIS, **WANTED).comparisons[0].difference
    turned = response(ARTHRITIS, **WANTED, control="Treated")
    assert [a.arm for a in turned.arms] == ["Treated", "Placebo"]
    assert turned.comparisons[0].difference.estimate == pytest.approx(-plain.estimate)
    assert repr(turned).startswith("Response  Treated 28/41, Placebo 14/43; Placebo v Treated")


def test_strata_that_hold_one_arm_are_left_out_and_named():
    data = pl.DataFrame(
        {
            "arm": ["a", "a", "b", "b", "a", "a", "b", "a"],
            "seen": [1, 0, 1, 0, 1, 1, 0, 1],
            "site": [1, 1, 1, 1, 2, 2, 2, 3],
        }
    )
    within = response(data, responder="seen", arm="arm", strata=["site"]).comparisons[0].stratified
    assert within.strata == 2
    assert within.left_out == ("3",)


def test_nothing_estimable_is_none_not_nan():
    data = pl.DataFrame({"arm": ["a"] * 10 + ["b"] * 20, "seen": [0] * 30, "s": [1, 2] * 15})
    found = response(data, responder="seen", arm="arm", strata=["s"]).to_dict()
    text = json.dumps(found, allow_nan=False)
    assert "NaN" not in text
    one = found["comparisons"][0]
    assert one["chisq"] is None
    assert one["odds_ratio"]["estimate"] is None
    assert one["difference"]["lower"] == pytest.approx(-0.2844, abs=1e-4)
    assert one["difference"]["upper"] == pytest.approx(0.1658, abs=1e-4)
    assert all(math.isfinite(n) for n in numbers(found))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"responder": "Improve==Some"}, "column Improve: not in the data; did you mean Improved"),
        ({"responder": "Improved==Sme"}, "no row is Sme; did you mean Some"),
        ({"responder": "Improved"}, "expected a number"),
        ({"control": "placebo2"}, "no arm placebo2; did you mean Placebo"),
        ({"limits": "wilsn"}, "did you mean wilson"),
        ({"difference": "mn"}, "expected one of miettinen-nurminen"),
        ({"level": 95}, "confidence level 95"),
        ({"strata": ["ID"]}, "none holds both arms"),
        ({"margin": 2}, "margin 2"),
        ({"arm": "Sexx"}, "did you mean Sex"),
    ],
)
def test_bad_input_is_named(options, said):
    with pytest.raises(InputError, match=said):
        response(ARTHRITIS, **{**WANTED, **options})


def test_one_arm_and_codes_one_and_two():
    one = pl.DataFrame({"arm": ["a", "a"], "seen": [0, 1]})
    found = response(one, responder="seen", arm="arm")
    assert found.comparisons == ()
    assert found.arms[0].rate.estimate == 0.5
    assert found.to_dict()["control"] is None
    assert response(one, responder="seen").arms[0].arm == "all"
    coded = pl.DataFrame({"arm": ["a", "b"], "seen": [1, 2]})
    with pytest.raises(InputError, match="row 2: 2"):
        response(coded, responder="seen", arm="arm")


def test_impossible_tables():
    with pytest.raises(InputError, match="counts"):
        fisher([[1, -2], [0, 1]])
    with pytest.raises(InputError, match="2 x 2"):
        fisher([[1, 2, 3], [1, 2, 3]])


def run(*options: str):
    app = typer.Typer()
    app.command()(command)
    base = [str(ARTHRITIS), "--responder", WANTED["responder"], "--arm", WANTED["arm"]]
    return CliRunner().invoke(app, [*base, *options])


def test_json_is_the_dictionary_and_nothing_else():
    found = run("--json", "--strata", "Sex")
    assert found.exit_code == 0
    expected = response(ARTHRITIS, **WANTED, strata=["Sex"]).to_dict()
    assert json.loads(found.stdout) == expected


def test_text_and_html():
    text = run("--strata", "Sex", "--margin", "-0.1").stdout
    assert "Treated: 28 of 41" in text
    assert "0.357 (95% CI 0.144 to 0.539)" in text
    assert "P<0.001" in text
    page = run("--html").stdout
    assert page.startswith("<table>")
    assert "<td>Placebo: 14 of 43</td>" in page


def test_one_form_at_a_time():
    assert isinstance(run("--json", "--html").exception, InputError)
