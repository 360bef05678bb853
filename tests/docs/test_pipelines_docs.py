"""The page about pipelines says what there is, and its workflow does what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from equipoise.analysis.results import ROW_SCHEMA
from equipoise.simulation.operating.checkpoint import KEPT
from support.spec import NETTER_FILE

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "pipelines.md").read_text(encoding="utf-8")


def columns(table: str) -> list[str]:
    (cells,) = re.findall(rf"^\| {re.escape(table)}[^|]*\| (.+) \|$", PAGE, re.MULTILINE)
    return re.findall(r"`([\w ]+)`", cells.partition("; in the file")[0])


def test_the_columns_are_those_of_the_tables() -> None:
    assert columns("`results.parquet`") == list(ROW_SCHEMA)
    file = files("equipoise.cli").joinpath("schema/queries-1.json")
    shape = json.loads(file.read_text(encoding="utf-8"))["properties"]["queries"]["items"]
    assert columns("`queries`") == list(shape["properties"])
    first = ["trial", "hypothesis", "look", "day", "entered"]
    assert columns("`simulate --keep`") == [*first, *KEPT, "decision"]


class Repository:
    """A protocol under git, and the workflow's last step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "protocol.yaml"
        self.file.write_text(NETTER_FILE.read_text(encoding="utf-8"), encoding="utf-8")
        self.git("init", "-q", "-b", "main")
        self.git("add", "protocol.yaml")
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        self.git(*who, "commit", "-q", "-m", "the plan in force")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True)

    def change(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def steps(self) -> list[subprocess.CompletedProcess[str]]:
        workflow = YAML(typ="safe").load((DOCS / "workflow.yaml").read_text(encoding="utf-8"))
        lines = [s["run"] for s in workflow["jobs"]["protocol"]["steps"] if "run" in s]
        ours = [line for line in lines if line.startswith("equipoise ")]
        assert len(ours) == 2
        command = f"{sys.executable} -m equipoise "
        return [
            subprocess.run(
                line.replace("equipoise ", command, 1), shell=True, cwd=self.folder, text=True,
                env=os.environ | {"GITHUB_BASE_REF": "main"}, capture_output=True, check=False,
            )
            for line in ours
        ]  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    here = os.pathsep.join(str(Path(p).absolute()) for p in sys.path if p)
    monkeypatch.setenv("PYTHONPATH", here)
    return Repository(tmp_path)


def test_nothing_changes_and_the_workflow_is_content(repository: Repository) -> None:
    assert [step.returncode for step in repository.steps()] == [0, 0]


def test_a_changed_plan_needs_a_version(repository: Repository) -> None:
    repository.change("test: stratified log-rank", "test: log-rank")
    check, diff = repository.steps()
    assert (check.returncode, diff.returncode) == (0, 1)
    assert "the plan changes, and the version stays 1" in diff.stderr
    repository.change("\ntrial:\n", "\ntrial:\n  version: '2'\n")
    assert [step.returncode for step in repository.steps()] == [0, 0]


def test_a_protocol_with_faults_is_annotated(repository: Repository) -> None:
    repository.change("randomize: 230", "randomize: -5")
    check, _ = repository.steps()
    assert check.returncode == 1
    assert check.stdout.startswith("::error file=protocol.yaml,line=46,col=14::")
