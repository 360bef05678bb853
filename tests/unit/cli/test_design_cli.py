"""The commands of the design room, as a user types them."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from equipoise.errors import InputError

NETTER = str(Path(__file__).parents[3] / "examples" / "netter1" / "protocol.yaml")
COMMANDS = ("bounds", "size", "plan", "monitor")


def run(*words: str) -> str:
    app = typer.Typer()
    for name in COMMANDS:
        app.command(name)(importlib.import_module(f"equipoise.cli.{name}").command)
    found = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def as_json(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_bounds() -> None:
    words = ["bounds", "--information", "0.5,1", "--alpha", "0.025", "--efficacy", "lan-demets-obf"]
    found = as_json(*words, "--futility", "hsd:-2", "--beta", "0.1", "--binding")
    assert found["upper"][0] == pytest.approx(2.962588)
    assert found["binding"] is True
    assert "2.962588" in run(*words)


def test_bounds_by_own_error_and_fractions() -> None:
    found = as_json("bounds", "--information", "1/3,2/3,1", "--efficacy", "0.001,0.01,0.025")
    assert found["alpha_spent"] == pytest.approx([0.001, 0.01, 0.025])


def test_size() -> None:
    found = as_json("size", "survival", "--hazard-ratio", "0.57")
    assert found["events"] == pytest.approx(133.0147512)
    assert found["method"] == "schoenfeld"
    power = as_json("size", "survival", "--hazard-ratio", "0.57", "--events", "74")
    assert power["power"] == pytest.approx(0.6764522561)
    trial = (
        "size survival --hazard-ratio 0.57 --median 14 --accrual 18 --duration 36 --dropout 0.05"
    )
    assert as_json(*trial.split())["subjects"] == pytest.approx(221.3434474)
    assert "whole subjects" in run(*trial.split())
    both = "size proportion --control 0.5 --experimental 0.75 --alpha .05 --sides 2"
    assert as_json(*both.split())["control"] == pytest.approx(76.70692845)
    inferior = "size proportion --control 0.6 --experimental 0.6 --margin={}"
    signs = [as_json(*inferior.format(m).split()) for m in ("10%", "-10%", "0.1", "-0.1")]
    assert signs == signs[:1] * 4
    assert signs[0]["control"] == pytest.approx(501.695, abs=0.001)
    mean = "size mean --difference 1 --sd 1"
    assert as_json(*mean.split())["control"] == pytest.approx(22.0210955700)


def test_size_at_looks() -> None:
    words = ["size", "survival", "--hazard-ratio", "0.57", "--median", "14", "--accrual", "18"]
    words += ["--dropout", "0.05"]
    looks = ["--looks", "18,24,36", "--after", "4"]
    found = as_json(*words, *looks, "--subjects", "229", "--spending", "lan-demets-obf")
    assert found["crossing"] == pytest.approx([0.0247, 0.2108, 0.6410], abs=0.003)
    assert found["power"] == found["crossing"][-1]
    assert as_json(*words, *looks)["subjects"] > 400
    assert "average hazard ratio" in run(*words, *looks)


def test_bounds_on_the_scale_of_the_hazard_ratio() -> None:
    words = ["bounds", "--information", "0.5,1", "--events", "74"]
    # exp(-2.9626 * 2 / sqrt(37)) and exp(-1.9686 * 2 / sqrt(74))
    rows = as_json(*words)["rows"]
    assert [r["hazard_ratio"] for r in rows] == pytest.approx([0.37753, 0.63273], abs=1e-4)
    assert "one-sided P  hazard ratio" in run(*words)
    assert "rows" not in as_json(*words[:3])


def test_plan() -> None:
    assert as_json("plan", NETTER)["hypotheses"][0]["maximum"] == 74
    assert "Z 4.30, one-sided P 8.4e-6" in run("plan", NETTER, "--words")
    page = run("plan", NETTER, "--html")
    assert page.startswith("<!doctype html>")
    assert "8.4e-6" in page
    assert "<script" not in page
    assert "PFS         final" in run("plan", NETTER)


def test_monitor() -> None:
    words = ["monitor", NETTER, "OS", "--look", "interim", "--events", "40", "--p", "0.004"]
    assert "Decision: continue" in run(*words)
    found = as_json(*words, "--before", "PFS:final:90:8", "--day", "900", "--by-arm", "26,14")
    assert found["hypotheses"][1]["decision"] == "continue"
    assert found["graph"]["order"] == ["PFS"]


def test_monitor_is_told_of_looks_not_held_and_looks_added() -> None:
    words = ["monitor", NETTER, "OS", "--events", "150", "--z", "2.2"]
    final = as_json(*words, "--look", "final", "--not-performed", "OS:interim")["hypotheses"][0]
    assert final["not_performed"] == ["interim"]
    assert final["bound"] == pytest.approx(1.959964, abs=1e-5)
    more = as_json(*words, "--look", "more", "--added", "--before", "OS:interim:40:1")
    assert more["hypotheses"][0]["next_look"] == "final"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bounds", "--information", "a,b"], "--information"),
        (["plan", NETTER, "--json", "--words"], "choose one"),
        (["monitor", NETTER, "OS", "--look", "x", "--events", "40"], "--z or --p"),
        (["monitor", NETTER, "OS", "--look", "x", "--events", "40", "--p", "2"], "between 0 and 1"),
        (["monitor", NETTER, "OS", "--look", "x", "--events", "4", "--z", "2", "--before", "a"],
         "HYPOTHESIS:LOOK:AMOUNT:Z"),
        (["monitor", NETTER, "OS", "--look", "x", "--events", "4", "--z", "2", "--by-arm", "3"],
         "as in 26,14"),
        (["monitor", NETTER, "OS", "--look", "final", "--events", "150", "--z", "2"],
         "nothing is said of interim, planned before final"),
        (["monitor", NETTER, "OS", "--look", "IA9", "--events", "40", "--z", "2"],
         "expected one of interim, final"),
        (["monitor", NETTER, "OS", "--look", "final", "--events", "4", "--z", "2",
          "--not-performed", "interim"], "as in OS:interim"),
        (["bounds", "--information", "0.5,1", "--events", "-4"], "numbers above 0"),
        (["size", "survival", "--looks", "18,x", "--hazard-ratio", "0.5"], "as in 18,24,36"),
        (["size", "survival", "--looks", "18"], "need the hazard ratio"),
        (["size", "mean", "--difference", "1"], "needs sd"),
        (["size", "proportion", "--experimental", "0.4"], "needs control"),
        (["size", "proportion", "--control", "0.4", "--margin", "x"], "such as 0.47, 65%"),
        (["size", "survival", "--hazard-ratio", "0.5", "--median", "3"], "both median and accrual"),
    ],
)  # fmt: skip
def test_faults_are_input_errors(words: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(*words)
