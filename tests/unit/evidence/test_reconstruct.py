"""The command and its input: everything wrong is told at once, with file, row and column."""

from __future__ import annotations

import csv
import json
import math
import re
import shlex

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from equipoise.cli.reconstruct import command
from equipoise.errors import DataError, InputError
from equipoise.evidence.figures.svg import path_points
from equipoise.evidence.reconstruct import reconstruct
from support.evidence import ORACLE, REFERENCE, digitized, known, survival_at

CURVE = {"time": [0, 1, 2, 4, 5, 6], "survival": [1, 0.8333, 0.6667, 0.5, 0.25, 0.25]}
AT_RISK = {"time": [0, 3, 6], "at_risk": [6, 4, 1]}


@pytest.fixture
def files(tmp_path):
    def write(curve, at_risk):
        for name, columns in (("curve.csv", curve), ("risk.csv", at_risk)):
            with (tmp_path / name).open("w", newline="") as file:
                csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
        return tmp_path / "curve.csv", tmp_path / "risk.csv"

    return write


def run(curve, at_risk, *words):
    app = typer.Typer()
    app.command()(command)
    words = [str(curve), "--at-risk", str(at_risk), *map(str, words)]
    found = CliRunner().invoke(app, words, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def faults(curve, at_risk, **more):
    with pytest.raises(DataError) as told:
        reconstruct(curve, at_risk=at_risk, **more)
    return [str(finding) for finding in told.value.findings]


def test_one_curve_to_a_file(files, tmp_path):
    text = run(*files(CURVE, AT_RISK), "-o", tmp_path / "ipd.csv")
    assert "6 subjects, 4 events" in text
    assert "3 of 3 numbers reproduced" in text
    rows = (tmp_path / "ipd.csv").read_text().splitlines()
    assert rows == ["time,event", "1.0,1", "2.0,1", "4.0,1", "4.5,0", "5.0,1", "6.0,0"]


def test_two_arms_as_json(files, tmp_path):
    data = known(REFERENCE[0])
    tables = digitized(data, precision=0.01, at="even")
    out = tmp_path / "ipd.csv"
    words = ("--events", "control=64", "--events", "experimental=64", "--json", "-o", out)
    body = json.loads(run(*files(*tables), *words))
    assert [a["n"] for a in body["arms"]] == [69, 68]
    assert [a["events_published"] for a in body["arms"]] == [64, 64]
    assert body["comparisons"][0]["control"] == "control"
    assert body["comparisons"][0]["hazard_ratio"] == pytest.approx(1.0179, rel=0.03)
    assert out.read_text().startswith("time,event,arm\n")
    assert len(out.read_text().splitlines()) == 138


def test_the_control_can_be_named():
    curve, at_risk = digitized(known(REFERENCE[0]), precision=0.01, at="even")
    one = reconstruct(curve, at_risk=at_risk).contrasts[0]
    other = reconstruct(curve, at_risk=at_risk, control="experimental").contrasts[0]
    assert other.control == "experimental"
    assert float(one.cox.hr[0] * other.cox.hr[0]) == pytest.approx(1.0)
    with pytest.raises(InputError, match="did you mean control"):
        reconstruct(curve, at_risk=at_risk, control="contorl")


def test_percent():
    percent = {**CURVE, "survival": [100 * s for s in CURVE["survival"]]}
    found = reconstruct(percent, at_risk=AT_RISK, percent=True)
    assert found.rows() == reconstruct(CURVE, at_risk=AT_RISK).rows()
    told = faults(percent, AT_RISK)
    assert len(told) == 6
    assert told[0].startswith("curve row 1 survival: 100 found")
    assert "is the curve in percent?" in told[0]


def test_every_bad_cell_is_told(files):
    curve, at_risk = files(
        {"time": [0, -1, 2, "x"], "survival": [1, 0.9, 1.5, ""]},
        {"time": [0, 3, 3, 6], "at_risk": [6, 4, 3.5, 5]},
    )
    assert [told.splitlines()[0] for told in faults(curve, at_risk)] == [
        "curve.csv row 4 survival: missing",
        'curve.csv row 4 time: "x" found',
        "curve.csv row 2 time: -1 found",
        "curve.csv row 3 survival: 1.5 found",
        "risk.csv row 3 at_risk: 3.5 found",
        "risk.csv row 3 time: 3 twice",
        "risk.csv row 4 at_risk: 5 at risk after 3.5 at time 3",
    ]


def test_empty_rows_are_passed_over_and_counted(tmp_path):
    (tmp_path / "curve.csv").write_text("time,survival\n0,1\n\n1,0.8\n2,0.5\n\n")
    at_risk = {"time": [0], "at_risk": [10]}
    assert reconstruct(tmp_path / "curve.csv", at_risk=at_risk).arms[0].events == 5
    (tmp_path / "curve.csv").write_text("time,survival\n0,1\n\n1,x\n2,0.5\n")
    assert faults(tmp_path / "curve.csv", at_risk)[0].startswith("curve.csv row 3 survival")


def test_missing_columns_of_both_tables():
    told = faults({"time": [0, 1], "surv": [1, 0.5]}, {"time": [0], "n": [3]})
    assert told[0].startswith("curve: no column survival")
    assert told[1].startswith("at risk: no column at_risk")


def test_arms_must_agree():
    curve = {**CURVE, "arm": ["A"] * 3 + ["B"] * 3}
    assert "at risk: no column arm" in faults(curve, AT_RISK)[0]
    told = faults(curve, {"time": [0, 0], "at_risk": [6, 6], "arm": ["A", "C"]})
    assert "curve row 4 arm: B is not in the other table" in told[0]
    assert "at risk row 2 arm: C is not in the other table" in told[1]


def test_numbers_at_risk_start_at_zero():
    told = faults(CURVE, {"time": [3, 6], "at_risk": [4, 1]})
    assert "at risk row 1 time: time 3 with 4 at risk is the first" in told[0]


def test_one_point_is_no_curve():
    assert "curve: one point" in faults({"time": [2], "survival": [0.5]}, AT_RISK)[0]


def test_more_events_than_subjects():
    assert faults(CURVE, AT_RISK, events=7) == ["events: 7\n    expected 0 to 6"]


@pytest.mark.parametrize("words", ["x", "A=x", "A", "3,4"])
def test_events_that_are_no_numbers(files, words):
    with pytest.raises(InputError, match="--events"):
        run(*files(CURVE, AT_RISK), "--events", words)


def test_events_of_an_unknown_arm():
    with pytest.raises(InputError, match="no arm B"):
        reconstruct(CURVE, at_risk=AT_RISK, events={"B": 3})


def test_an_unknown_reading():
    with pytest.raises(InputError, match="did you mean steps"):
        reconstruct(CURVE, at_risk=AT_RISK, reading="step")


def test_a_rising_curve_is_told():
    curve = {"time": [0, 1, 2, 4, 6], "survival": [1, 0.83, 0.5, 0.67, 0.25]}
    assert any("the curve rises" in note for note in reconstruct(curve, at_risk=AT_RISK).notes)


def test_events_that_do_not_fit_are_told():
    found = reconstruct(CURVE, at_risk=AT_RISK, events=6)
    assert "4 events rebuilt, 6 published" in found.notes


def test_nobody_dies():
    level = {"time": [0, 3, 6], "survival": [1, 1, 1]}
    found = reconstruct(level, at_risk={"time": [0, 3], "at_risk": [5, 2]})
    assert found.arms[0].events == 0
    assert found.arms[0].median is None
    assert "NaN" not in json.dumps(found.to_dict())


def test_arms_without_events_have_no_hazard_ratio():
    curve = {"time": [0, 5, 0, 5], "survival": [1.0] * 4, "arm": list("AABB")}
    at_risk = {"time": [0, 0], "at_risk": [5, 5], "arm": ["A", "B"]}
    body = reconstruct(curve, at_risk=at_risk).to_dict()["comparisons"][0]
    assert body["hazard_ratio"] is None
    assert body["logrank_p"] is None


@pytest.mark.parametrize("seed", range(20))
def test_numbers_at_risk_are_met_whatever_the_curve(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 80))
    time, event = rng.exponential(10, n), rng.random(n) < rng.uniform(0.2, 1)
    at = np.sort(rng.uniform(0, time.max(), 30))
    died = np.array([(time[event] <= t).sum() / n for t in at])
    noisy = np.clip(1 - died + rng.normal(0, 0.01, 30), 0, 1)
    when = np.arange(0.0, time.max() + 4, 2.0)
    numbers = [int((time >= t).sum()) for t in when]
    found = reconstruct({"time": at, "survival": noisy}, at_risk={"time": when, "at_risk": numbers})
    arm = found.arms[0]
    assert all(row.published == row.found for row in arm.at_risk)
    assert len(arm.patients.time) == n
    assert math.isfinite(arm.rmse)


@pytest.mark.parametrize(
    "text",
    [
        "time;survival\n0;1\n1;0,8333\n2;0,6667\n4;0,5\n5;0,25\n6;0,25\n",
        "0,1\n1,0.8333\n2,0.6667\n4,0.5\n5,0.25\n6,0.25\n",
        "0;1\n1;0,8333\n2;0,6667\n4;0,5\n5;0,25\n6;0,25\n",
        "time\tsurvival\n0\t1\n1\t.8333\n2\t.6667\n4\t.5\n5\t.25\n6\t.25\n",
    ],
)
def test_tables_as_digitizers_write_them(tmp_path, text):
    path = tmp_path / "points.csv"
    path.write_text(text)
    assert reconstruct(path, at_risk=AT_RISK).rows() == reconstruct(CURVE, at_risk=AT_RISK).rows()


def test_a_figure_in_place_of_a_table(files, tmp_path):
    app = typer.Typer()
    app.command()(command)
    _, risk = files(CURVE, {"time": [0, 0], "at_risk": [138, 90], "arm": ["m", "f"]})
    figure = ORACLE / "evidence" / "lung_by_r.pdf"
    words = ["--pdf", str(figure), "--at-risk", str(risk), "--arms", "m,f"]
    text = CliRunner().invoke(app, words, catch_exceptions=False).stdout
    assert "m: 138 subjects, 112 events" in text
    assert "f against m: hazard ratio 0.58" in text


def test_neither_table_nor_figure():
    app = typer.Typer()
    app.command()(command)
    with pytest.raises(InputError, match="expected a table of curves"):
        CliRunner().invoke(app, [], catch_exceptions=False)


def test_the_next_command_names_the_control(files, tmp_path):
    tables = digitized(known(REFERENCE[0]), precision=0.01, at="even")
    text = run(*files(*tables), "--control", "experimental", "-o", tmp_path / "ipd.csv")
    assert "--arm arm --control experimental" in text


def test_survival_goes_on_with_the_same_control(files, tmp_path):
    from equipoise.cli import application

    tables = digitized(known(REFERENCE[0]), precision=0.01, at="even")
    written = tmp_path / "ipd.csv"
    text = run(*files(*tables), "--control", "experimental", "-o", written)
    words = shlex.split(text.splitlines()[-1])[1:]
    found = CliRunner().invoke(application(), [*words, "--json"], catch_exceptions=False)
    body = json.loads(found.stdout)
    again = reconstruct(tables[0], at_risk=tables[1], control="experimental").contrasts[0]
    assert body["arms"][0]["arm"] == again.control == "experimental"
    assert body["cox"]["hr"] == pytest.approx(float(again.cox.hr[0]))
    assert f"against {again.control}: hazard ratio" in text


PRINTED = 5e-5  # tables of figures print four digits


def test_the_figure_of_both_curves(files, tmp_path):
    # the line is the curve of the six rebuilt subjects, the dots are the points as read
    run(*files(CURVE, AT_RISK), "--figure", tmp_path / "both.svg", "--unit", "weeks")
    rows = list(csv.DictReader((tmp_path / "both.csv").open(encoding="utf-8-sig")))
    drawn = {
        which: [(float(r["time"]), float(r["survival"])) for r in rows if r["curve"] == which]
        for which in ("as read", "rebuilt")
    }
    found = reconstruct(CURVE, at_risk=AT_RISK)
    assert drawn["as read"] == list(zip(CURVE["time"], CURVE["survival"], strict=True))
    own = found.arms[0].patients
    at = np.unique(own.time)
    assert np.array(drawn["rebuilt"]) == pytest.approx(
        np.column_stack([at, survival_at(own.time, own.event, at)]), abs=PRINTED
    )
    text = (tmp_path / "both.svg").read_text()
    assert text.count("<circle") == len(CURVE["time"])
    assert f"largest gap {found.arms[0].largest:.4f}" in text
    assert "Weeks" in text
    d = re.findall(r'class="curve a0" d="([^"]*)"', text)[0]
    heights = np.unique([y for _, y in path_points(d)[0]])
    steps = np.unique(own.time[own.event])
    s = np.append(1.0, survival_at(own.time, own.event, steps))
    share = (heights - heights[0]) / (heights[-1] - heights[0])
    assert share == pytest.approx((1.0 - s) / (1.0 - s[-1]), abs=0.001)


def test_a_figure_in_another_format_is_refused(files, tmp_path):
    with pytest.raises(
        InputError, match=r"--figure: both\.jpg found; expected \.svg, \.pdf, \.png"
    ):
        run(*files(CURVE, AT_RISK), "--figure", tmp_path / "both.jpg")
    assert not (tmp_path / "both.csv").exists()
