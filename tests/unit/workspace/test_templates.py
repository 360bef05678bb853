"""Every template that `new` writes goes through the whole street as it is written, only smaller."""

from __future__ import annotations

import re
import time
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.protocol.write.template import (
    ENDPOINTS,
    NON_INFERIORITY,
    SUPERIORITY,
    start,
)

FEW = 30  # subjects of an arm
TRIALS = 2
MATRIX = [
    (kind, arms, framework)
    for kind in ENDPOINTS
    for arms in (2, 3)
    for framework in (SUPERIORITY, NON_INFERIORITY)
]
DECIDED = ("stop for efficacy", "stop for futility", "stop for harm")


def told(*args: object) -> str:
    done = CliRunner().invoke(application(), [str(arg) for arg in args])
    assert done.exit_code == 0, f"{args}: {done.output}{done.exception}"
    return done.output


@pytest.mark.parametrize(("kind", "arms", "framework"), MATRIX)
def test_the_whole_street(kind: str, arms: int, framework: str, tmp_path: Path) -> None:
    began = time.perf_counter()
    file = tmp_path / "protocol.yaml"
    told("new", file, "--endpoint", kind, "--arms", arms, "--framework", framework)
    text = start(arms=arms, endpoint=kind, framework=framework)
    assert file.read_text(encoding="utf-8") == text
    file.write_text(start(arms=arms, endpoint=kind, framework=framework, per_arm=FEW))
    assert "digest" in told("check", file)
    assert re.search(r"final +\d", told("plan", file))
    simulated = told("simulate", file, "--truth", "as planned", "--trials", TRIALS, "--seed", 1)
    assert re.search(r"power +[01]", simulated)
    by_arrays = framework == SUPERIORITY and kind in ("time to event", "proportion")
    assert ("every trial goes patient by patient" in simulated) is not by_arrays
    told("run", tmp_path, "--truth", "as planned", "--seed", 7)
    assert "Estimate" in told("build", tmp_path)
    (build,) = (tmp_path / "build").iterdir()
    assert "none disagreeing" in told("verify", build)
    assert "nothing has changed" in told("report", tmp_path)
    rows = pl.read_parquet(build / "results.parquet")
    assert set(rows.filter(pl.col("statistic") == "decision")["note"]) <= set(DECIDED)
    ages = rows.filter((pl.col("term") == "AGE") & (pl.col("statistic") == "mean"))
    assert ages["value"].is_between(50, 70).all()
    assert ages.height == arms + 1
    print(f"{kind}, {arms} arms, {framework}: {time.perf_counter() - began:.1f} s")


def test_as_written_each_has_the_size_that_its_power_takes() -> None:
    from equipoise.design.plan.plan import plan

    for kind, arms, framework in MATRIX:
        (h,) = plan(read_text(start(arms=arms, endpoint=kind, framework=framework))).hypotheses
        assert h.power is not None
        assert h.power > 0.9, (kind, arms, framework)


def test_what_no_template_is() -> None:
    with pytest.raises(InputError, match="a trial with a single arm is out of scope; 1 arms"):
        start(arms=1)
    with pytest.raises(InputError, match="did you mean non-inferiority"):
        start(framework="noninferiority")
    with pytest.raises(InputError, match='"rate" is no type'):
        start(endpoint="rate")


def test_table_1_of_what_was_not_collected_stops_before_the_work(tmp_path: Path) -> None:
    file = tmp_path / "protocol.yaml"
    text = start(endpoint="proportion", per_arm=FEW)
    file.write_text(text.replace("{variable: SEX, label: Sex}", "{variable: RACE}"))
    told("run", tmp_path, "--truth", "as planned", "--seed", 7)
    done = CliRunner().invoke(application(), ["build", str(tmp_path)])
    assert done.exit_code == 1
    assert "Table 1 reads RACE, which ADSL does not have" in str(done.exception)
    assert not (tmp_path / "build").exists() or not list((tmp_path / "build").iterdir())
