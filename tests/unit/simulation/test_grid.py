"""Scenarios side by side."""

import csv
import json
import math

import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.errors import InputError
from equipoise.simulation.grid import Axis, grid, parse_axis
from equipoise.simulation.many import simulate_scenario
from support.roads import TRUTH, plan_of, variant
from support.virtual import EXAMPLES, netter

NETTER = str(EXAMPLES / "netter1" / "protocol.yaml")


def test_a_stronger_effect_has_more_power_and_the_same_arrivals():
    points = grid(netter(), truth="nothing works", axes=[parse_axis("PFS.hazard ratio=0.3,0.5,1")])
    assert [p["PFS.hazard ratio"] for p, _ in points] == ["0.3", "0.5", "1"]
    found = [simulate_scenario(s, trials=400, seed=1) for _, s in points]
    power = [f.value("power", hypothesis="PFS").value for f in found]
    assert power[0] >= power[1] > power[2]
    for scenario, ratio in zip((s for _, s in points), (0.3, 0.5, 1.0)):
        assert scenario.truth[0] == pytest.approx(math.log(ratio), abs=1e-9)


def test_axes_multiply():
    axes = [parse_axis("subjects=40,80"), parse_axis("progression.hazard ratio=0.4,0.8")]
    points = grid(variant(0), truth=TRUTH, axes=axes)
    assert len(points) == 4
    assert [s.world.subjects for _, s in points] == [40, 40, 80, 80]
    assert len({s.digest for _, s in points}) == 4


def test_looks_can_be_varied():
    points = grid(variant(0), truth=TRUTH, axes=[parse_axis("PFS.looks=50%/100%,100%")])
    assert [len(s.look_names) for _, s in points] == [2, 1]
    assert points[0][1].looks.target.tolist() == [10, 20]


def test_truths_can_be_varied():
    points = grid(netter(), truth="", axes=[parse_axis("truth=as reported,nothing works")])
    assert [s.name for _, s in points] == ["as reported", "nothing works"]


@pytest.mark.parametrize(
    ("axis", "says"),
    [
        ("PFS.hazard ratio=zero", "expected a number above 0"),
        ("subjects=many", "expected a whole number"),
        ("weather=fine", 'cannot vary "weather"'),
        ("ORR.hazard ratio=0.5", "nothing is said about ORR"),
        ("PFS.looks=80%/60%", "rising shares that end in 100%"),
    ],
)
def test_what_cannot_be_varied_is_named(axis, says):
    with pytest.raises(InputError, match=says):
        grid(variant(0), truth=TRUTH, axes=[parse_axis(axis)])


def test_an_axis_is_a_name_and_values():
    assert parse_axis(" subjects = 1, 2 ") == Axis("subjects", ("1", "2"))
    with pytest.raises(InputError, match="expected NAME=VALUE"):
        parse_axis("subjects")


def test_the_command_varies_prints_and_writes(tmp_path):
    base = ["simulate", NETTER, "--truth", "nothing works", "--trials", "50", "--seed", "1"]
    vary = ["--vary", "PFS.hazard ratio=0.3,0.5", "-o", str(tmp_path)]
    done = CliRunner().invoke(application(), [*base, *vary, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [f["set"] for f in found] == [
        {"PFS.hazard ratio": "0.3"},
        {"PFS.hazard ratio": "0.5"},
    ]
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["PFS.hazard ratio"] for r in rows} == {"0.3", "0.5"}
    assert len(rows) == sum(len(f["rows"]) for f in found)
    assert "virtual patients" in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def test_the_command_says_that_patients_are_virtual(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(plan_of(0)), encoding="utf-8")
    base = ["simulate", str(path), "--truth", TRUTH, "--trials", "30", "--seed", "1"]
    done = CliRunner().invoke(application(), base)
    assert done.exit_code == 0, done.output
    assert "virtual patients" in done.stdout
    assert "power" in done.stdout
    again = CliRunner().invoke(application(), [*base, "--workers", "2"])
    assert again.stdout == done.stdout
