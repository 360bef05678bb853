"""A run can be killed at any moment and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.simulation.operating import batches as many
from equipoise.simulation.operating import checkpoint
from equipoise.simulation.operating.batches import simulate_scenario
from equipoise.simulation.operating.task import CHUNK
from support.roads import TRUTH, plan_of
from support.trials import small

SRC = Path(__file__).parents[3] / "src"
TRIALS = 30 * CHUNK
PATIENCE = 120.0  # seconds to wait for the first chunk, compiling included


def command(folder, *more):
    (folder / "protocol.yaml").write_text(json.dumps(plan_of(0)), encoding="utf-8")
    base = [sys.executable, "-m", "equipoise", "simulate", str(folder / "protocol.yaml")]
    return [*base, "--truth", TRUTH, "--trials", str(TRIALS), "--seed", "3", "--json", *more]


def run(arguments):
    environment = os.environ | {"PYTHONPATH": str(SRC)}
    return subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def chunks(path):
    return pl.read_parquet(path).filter(pl.col("name") == "chunk").height


def test_kill_and_resume_give_the_digest_of_an_undisturbed_run(tmp_path):
    path = tmp_path / "so-far.parquet"
    arguments = command(tmp_path, "--checkpoint", str(path))
    process = run(arguments)
    started = time.monotonic()
    while not path.exists() and time.monotonic() - started < PATIENCE:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert 0 < chunks(path) < TRIALS // CHUNK
    resumed = run([*arguments, "--resume"])
    text, errors = resumed.communicate()
    assert resumed.returncode == 0, errors
    assert chunks(path) == TRIALS // CHUNK
    undisturbed = simulate_scenario(small(0), trials=TRIALS, seed=3, workers=2)
    assert json.loads(text)["digest"] == undisturbed.digest
    assert json.loads(text)["trials"] == TRIALS


def test_what_is_done_is_not_run_again(tmp_path, monkeypatch):
    path = tmp_path / "done.parquet"
    first = simulate_scenario(small(0), trials=5000, seed=1, checkpoint=path)

    def fail(*_):
        raise AssertionError("a chunk was run again")

    monkeypatch.setattr(many, "run_chunk", fail)
    again = simulate_scenario(small(0), trials=5000, seed=1, checkpoint=path, resume=True)
    assert again == first


def test_without_resume_a_checkpoint_is_begun_anew(tmp_path):
    path = tmp_path / "done.parquet"
    simulate_scenario(small(0), trials=50, seed=1, checkpoint=path)
    simulate_scenario(small(0), trials=60, seed=1, checkpoint=path)
    assert pl.read_parquet(path).filter(pl.col("name") == "trials")["value"].to_list() == [60]


def test_more_trials_go_on_where_fewer_ended(tmp_path, monkeypatch):
    """In the middle of a chunk, twice: the same numbers, and only what is new is run."""
    path, keep = tmp_path / "more.parquet", tmp_path / "rows"
    keep.mkdir()
    whole = simulate_scenario(small(0), trials=2 * CHUNK + 7, seed=1)
    ran = []

    def noted(scenario, *, start, trials, seed):
        ran.append((start, trials))
        return before(scenario, start=start, trials=trials, seed=seed)

    before = many.run_batch
    monkeypatch.setattr(many, "run_batch", noted)
    for trials in (50, 300, 2 * CHUNK + 7):
        same = {"seed": 1, "checkpoint": path, "resume": True, "keep": keep}
        found = simulate_scenario(small(0), trials=trials, **same)
    assert found == whole
    assert sorted(ran) == [(0, 50), (50, 250), (300, CHUNK - 300), (CHUNK, CHUNK), (2 * CHUNK, 7)]
    rows = pl.read_parquet(keep / "*.parquet")
    assert rows["trial"].unique().sort().to_list() == list(range(2 * CHUNK + 7))
    assert rows.height == rows.unique(["trial", "hypothesis", "look"]).height
    with pytest.raises(InputError, match=r"is of 8,199 trials; expected as many or more"):
        simulate_scenario(small(0), trials=300, seed=1, checkpoint=path, resume=True)


@pytest.mark.parametrize("change", [{"seed": 2}, {"seed": 2, "trials": 51}])
def test_another_run_s_checkpoint_is_refused(tmp_path, change):
    path = tmp_path / "other.parquet"
    same = {"trials": 50, "seed": 1}
    simulate_scenario(small(0), **same, checkpoint=path)
    with pytest.raises(InputError, match="belongs to another run"):
        simulate_scenario(small(0), **(same | change), checkpoint=path, resume=True)
    with pytest.raises(InputError, match="belongs to another run"):
        simulate_scenario(small(1), **same, checkpoint=path, resume=True)


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    path = tmp_path / "not.parquet"
    path.write_text("not parquet")
    with pytest.raises(InputError, match="not a checkpoint"):
        simulate_scenario(small(0), trials=5, seed=1, checkpoint=path, resume=True)


def test_a_checkpoint_appears_whole(tmp_path, monkeypatch):
    path = tmp_path / "whole.parquet"
    simulate_scenario(small(0), trials=50, seed=1, checkpoint=path)
    before = path.read_bytes()

    def die(*_):
        raise OSError("killed between writing and renaming")

    monkeypatch.setattr(checkpoint.os, "replace", die)
    with pytest.raises(OSError, match="killed"):
        simulate_scenario(small(0), trials=70, seed=1, checkpoint=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("name", "value"), [("trials", 0), ("seed", -1), ("seed", 2**64)])
def test_numbers_out_of_range_are_named(name, value):
    with pytest.raises(InputError, match=f"{name}: found"):
        simulate_scenario(small(0), **({"trials": 5, "seed": 1} | {name: value}))
    with pytest.raises(InputError, match="workers: found 0"):
        simulate_scenario(small(0), trials=5, seed=1, workers=0)
