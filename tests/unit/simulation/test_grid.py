"""Scenarios side by side."""

import csv
import json
import math

import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.simulation.operating.batches import simulate_scenario
from equipoise.simulation.operating.grid import Axis, grid, parse_axis, scenarios
from support.roads import TRUTH, plan_of, variant
from support.virtual import EXAMPLES, netter

NETTER = str(EXAMPLES / "netter1" / "protocol.yaml")


def test_a_stronger_effect_has_more_power_and_the_same_arrivals():
    points = grid(netter(), truth="nothing works", axes=[parse_axis("PFS.hazard ratio=0.3,0.5,1")])
    assert [p.set["PFS.hazard ratio"] for p in points] == ["0.3", "0.5", "1"]
    found = [simulate_scenario(p.scenario, trials=400, seed=1) for p in points]
    power = [f.value("power", hypothesis="PFS").value for f in found]
    assert power[0] >= power[1] > power[2]
    for point, ratio in zip(points, (0.3, 0.5, 1.0)):
        assert point.scenario.truth[0] == pytest.approx(math.log(ratio), abs=1e-9)


def test_axes_multiply():
    axes = [parse_axis("subjects=40,80"), parse_axis("progression.hazard ratio=0.4,0.8")]
    points = grid(variant(0), truth=TRUTH, axes=axes)
    assert len(points) == 4
    assert [p.scenario.world.subjects for p in points] == [40, 40, 80, 80]
    assert len({p.scenario.digest for p in points}) == 4


def test_looks_can_be_varied():
    points = grid(variant(0), truth=TRUTH, axes=[parse_axis("PFS.looks=50%/100%,100%")])
    assert [len(p.scenario.look_names) for p in points] == [2, 1]
    assert points[0].scenario.looks.target.tolist() == [10, 20]


def test_truths_can_be_varied():
    points = grid(netter(), truth=None, axes=[parse_axis("truth=as reported,nothing works")])
    assert [p.scenario.name for p in points] == ["as reported", "nothing works"]


@pytest.mark.parametrize(
    ("axis", "says"),
    [
        ("PFS.hazard ratio=zero", 'PFS.hazard ratio: "zero" is no number'),
        ("subjects=many", "expected a whole number"),
        ("weather=fine", 'cannot vary "weather"'),
        ("ORR.hazard ratio=0.5", "nothing is said about ORR"),
        ("PFS.looks=80%/60%", "rising shares that end in 100%"),
    ],
)
def test_what_cannot_be_varied_is_named(axis, says):
    with pytest.raises(InputError, match=says):
        grid(variant(0), truth=TRUTH, axes=[parse_axis(axis)])


def test_a_truth_is_named_or_varied():
    with pytest.raises(InputError, match="from which truth"):
        grid(netter(), truth=None, axes=[parse_axis("subjects=40")])


def test_one_thing_is_varied_once():
    with pytest.raises(InputError, match="subjects is varied twice"):
        grid(netter(), truth=TRUTH, axes=[parse_axis("subjects=40"), parse_axis("subjects=50")])


def with_scenarios(**named):
    return read_text(json.dumps({**plan_of(0), "scenarios": named}))


def test_the_protocol_names_scenarios():
    plan = with_scenarios(
        small={"truth": TRUTH, "vary": {"subjects": ["20", "30"], "dropout": "10%"}}, plain=TRUTH
    )
    points = scenarios(plan)
    assert [(p.grid, p.set) for p in points] == [
        ("small", {"subjects": "20", "dropout": "10%"}),
        ("small", {"subjects": "30", "dropout": "10%"}),
        ("plain", {}),
    ]
    assert points[0].words == "small: subjects 20, dropout 10%"
    assert [p.grid for p in scenarios(plan, ["plain"])] == ["plain"]


def test_the_file_and_the_command_line_make_the_same_scenarios():
    plan = with_scenarios(small={"truth": TRUTH, "vary": {"PFS.hazard ratio": ["0.4", "0.8"]}})
    axis = parse_axis("PFS.hazard ratio=0.4,0.8")
    other = grid(plan, truth=TRUTH, axes=[axis])
    assert [p.scenario.digest for p in scenarios(plan)] == [p.scenario.digest for p in other]


def test_scenarios_that_are_not_there_are_named():
    with pytest.raises(InputError, match="names no `scenarios`"):
        scenarios(variant(0))
    with pytest.raises(InputError, match=r'no scenarios "smal".*did you mean small'):
        scenarios(with_scenarios(small=TRUTH), ["smal"])


def test_an_axis_is_a_name_and_values():
    assert parse_axis(" subjects = 1, 2 ") == Axis("subjects", ("1", "2"))
    effects = parse_axis("PFS.effect=hazard ratio 0.5; hazard ratio 0.5 until 9 months, then 1")
    assert effects.values == ("hazard ratio 0.5", "hazard ratio 0.5 until 9 months, then 1")
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
    assert "Virtual patients" in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def named(tmp_path):
    path = tmp_path / "small.yaml"
    vary = {"subjects": ["20", "30"], "PFS.looks": ["50%/100%", "100%"]}
    grids = {"sizes": {"truth": TRUTH, "vary": vary}, "plain": TRUTH}
    path.write_text(json.dumps({**plan_of(0), "scenarios": grids}), encoding="utf-8")
    return ["simulate", str(path), "--trials", "40", "--seed", "1"]


def test_the_command_runs_the_scenarios_of_the_protocol(tmp_path):
    base = named(tmp_path)
    out = tmp_path / "out"
    done = CliRunner().invoke(application(), [*base, "--scenarios", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "sizes: 40 trials each, seed 1  (virtual patients)" in done.stdout
    table = [line.split("  ")[1:] for line in done.stdout.splitlines()]
    assert len([cells for cells in table if cells[0] == TRUTH]) == 5
    with (out / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["scenarios"] for r in rows} == {"sizes", "plain"}
    assert {r["subjects"] for r in rows if r["scenarios"] == "plain"} == {""}
    figure = (out / "figure.svg").read_text(encoding="utf-8")
    assert "Virtual patients: 40 trials a point" in figure
    one = CliRunner().invoke(application(), [*base, "--scenarios", "plain", "--json"])
    assert [f["scenarios"] for f in json.loads(one.stdout)] == ["plain"]


def test_scenarios_are_kept_and_taken_up_again(tmp_path):
    base = [*named(tmp_path), "--scenarios", "sizes", "--json"]
    place = ["--checkpoint", str(tmp_path / "at.parquet"), "--keep", str(tmp_path / "trials")]
    first = CliRunner().invoke(application(), [*base, *place])
    assert first.exit_code == 0, first.output
    (tmp_path / "at-2.parquet").unlink()
    again = CliRunner().invoke(application(), [*base, *place, "--resume", "--workers", "1"])
    assert again.stdout == first.stdout == CliRunner().invoke(application(), base).stdout
    assert len(list(tmp_path.glob("trials-*/*.parquet"))) == 4


def test_scenarios_stand_alone(tmp_path):
    done = CliRunner().invoke(application(), [*named(tmp_path), "--scenarios", "--truth", TRUTH])
    assert "leave out --truth" in str(done.exception)


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
