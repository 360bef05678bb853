"""Published figures beside those of virtual trials."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.meaning.check import read_text
from equipoise.patients.world import setting
from equipoise.simulation.object.without_records import figures
from equipoise.simulation.operating.published import (
    Beside,
    beside,
    planned_trials,
    published_intervals,
)
from support.roads import TRUTH, plan_of

SOURCE = Path(__file__).parents[3] / "src"
LOOK = "PFS final"
FIGURES = [
    {"says": "six months, old", "value": "30% [paper]", "estimand": "PFS", "group": "old",
     "statistic": "survival", "at": "6 months"},
    {"says": "hazard ratio", "value": "9 [paper]", "estimand": "PFS", "statistic": "hazard ratio"},
    {"says": "deaths, new", "value": None, "estimand": "OS", "statistic": "events", "group": "new"},
    {"says": "P of death", "value": "0.5", "estimand": "OS", "statistic": "p"},
]  # fmt: skip


def plan_text():
    whole = plan_of(0)
    whole["sources"] = {"paper": "A paper"}
    whole["report"] = {"look": LOOK, "published": FIGURES}
    return json.dumps(whole)


@pytest.fixture(scope="module")
def found():
    plan = read_text(plan_text())
    seen = []
    rows = published_intervals(
        plan, truth=TRUTH, seed=4, trials=60, records=40, look=LOOK, workers=1, watch=seen.append
    )
    assert seen[-1] == planned_trials(plan, trials=60, records=40)
    assert seen == sorted(seen)
    return beside(plan, rows)


def test_each_figure_has_its_source_and_the_trials_behind_it(found):
    assert [b.says for b in found] == [f["says"] for f in FIGURES]
    assert [b.sources for b in found] == [("paper",), ("paper",), (), ()]
    assert [b.trials for b in found] == [59, 60, 60, 40]


def test_the_interval_is_that_of_the_trials_one_by_one(found):
    plan = read_text(plan_text())
    where = setting(plan, truth=TRUTH)
    wanted = (plan.report.published[0],)
    values = [figures(plan, where, wanted, look=LOOK, seed=4, trial=k)[0] for k in range(1, 61)]
    assert np.isnan(values).sum() == 1, "in one trial the last patient is lost before month six"
    known = [value for value in values if not np.isnan(value)]
    low, middle, high = np.quantile(known, [0.025, 0.5, 0.975], method="inverted_cdf")
    assert (found[0].lower, found[0].median, found[0].upper) == (low, middle, high)


def test_a_figure_is_inside_or_not_or_has_no_value(found):
    assert found[1].inside is False
    assert found[2].inside is None


def test_what_was_not_reached_is_larger_than_any():
    half = Beside("a median", 30.0, (), 12.0, None, None, 40, "")
    assert half.inside
    assert Beside("a median", 30.0, (), None, None, None, 40, "").inside is False


SCRIPT = """
import equipoise as eq
from equipoise.simulation.operating.published import published_intervals

print("once")
rows = published_intervals(eq.read("p.yaml"), truth="true", seed=4, trials=40, workers=2)
print(rows.height)
"""


def test_a_script_without_a_guard_is_run_once(tmp_path):
    """Spawned workers would run it again, and it would spawn again."""
    (tmp_path / "p.yaml").write_text(plan_text(), encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace('"true"', repr(TRUTH)), encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    run = [sys.executable, str(script)]
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout == f"once\n{3 * len(FIGURES)}\n", done.stderr


def test_the_command_prints_the_table(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(plan_text(), encoding="utf-8")
    base = ["published", str(path), "--truth", TRUTH, "--seed", "4", "--trials", "60"]
    base += ["--records", "40", "--workers", "1"]
    done = CliRunner().invoke(application(), base)
    assert done.exit_code == 0, done.output
    assert "of 3 published figures lie in the central 95%" in done.stdout
    assert "virtual patients" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "hazard ratio" in line)
    assert " paper " in row
    assert " no " in row
    told = CliRunner().invoke(application(), [*base, "--json"])
    assert [b["inside"] for b in json.loads(told.stdout)][1:3] == [False, None]


def test_a_protocol_without_figures_is_told(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(json.dumps(plan_of(0)), encoding="utf-8")
    base = ["published", str(path), "--truth", TRUTH, "--seed", "4"]
    done = CliRunner().invoke(application(), base)
    assert "lists no figures under `report.published`" in str(done.exception)
