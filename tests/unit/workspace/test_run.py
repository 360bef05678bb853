"""A virtual trial in a folder, which a build then finds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import InputError
from equipoise.workspace.run import run_into
from support.street import EXAMPLES

TRUTH = "as reported"


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("netter1")
    shutil.copy(EXAMPLES / "netter1" / "protocol.yaml", folder)
    run_into(folder, truth=TRUTH, seed=5)
    return folder


def test_what_was_collected_says_that_it_is_virtual(trial: Path) -> None:
    said = json.loads((trial / "sdtm" / "origin.json").read_text("utf-8"))
    assert (said["virtual"], said["truth"], said["seed"], said["number"]) == (True, TRUTH, 5, 0)
    data, origin = eq.Workspace.at(trial).data(eq.Workspace.at(trial).protocol())
    assert data.digest == said["digest"]
    assert origin == (True, 5, TRUTH)


def test_a_build_finds_it(trial: Path) -> None:
    done = eq.build(trial, upto="cut")
    assert (done.virtual, done.seed, done.truth) == (True, 5, TRUTH)
    # The trial's own cut-off, from the protocol
    assert str(done.cutoff) == "2015-07-24"


def test_another_folder_and_another_trial(trial: Path, tmp_path: Path) -> None:
    plan = trial / "protocol.yaml"
    done = run_into(plan, truth=TRUTH, seed=5, trial=1, out=tmp_path, file_format="parquet")
    assert done.folder == tmp_path / "sdtm"
    assert done.origin["number"] == 1
    assert (tmp_path / "sdtm" / "dm.parquet").is_file()
    other = json.loads((trial / "sdtm" / "origin.json").read_text("utf-8"))
    assert done.data.digest == done.origin["digest"] != other["digest"]


def test_an_unknown_truth_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="as reportet"):
        run_into(EXAMPLES / "netter1", truth="as reportet", seed=1, out=tmp_path)
    assert list(tmp_path.iterdir()) == []
