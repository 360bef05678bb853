"""The street from Python: a manifest, nothing done twice, and a second build that is light."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError, InputError, ProtocolError
from equipoise.workspace.manifest import STAGES, Stage
from equipoise.workspace.replace import alone
from support.command import command, contents
from support.street import built_pilot, workspace

SOURCE = Path(__file__).parents[3] / "src"
HEAVY = {"polars", "numba", "scipy"}


@pytest.fixture(scope="module")
def built() -> Path:
    """The pilot, built once for the tests that only look."""
    return built_pilot()


@pytest.fixture(scope="module")
def cut_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspace(tmp_path_factory.mktemp("cut") / "pilot")
    eq.build(folder, upto="cut")
    return folder


@pytest.fixture
def trial(cut_only: Path, tmp_path: Path) -> Path:
    """A copy of the pilot, cut, to change."""
    return Path(shutil.copytree(cut_only, tmp_path / "pilot", copy_function=os.link))


def test_a_build_says_what_it_is(built: Path) -> None:
    done = eq.build(built)
    assert (done.look, done.cutoff, done.virtual, done.upto) == (
        "TTDE final",
        None,
        False,
        "report",
    )
    assert done.fresh
    assert done.folder == built / "build" / "ttde-final"
    assert done.report == done.folder / "report.html"
    assert done.summary is not None
    assert (done.summary.patients, sum(done.summary.arms.values())) == (254, 254)
    assert done.summary.primary["TTDE"].startswith("Estimate  hazard ratio 4.08 (95% CI 2.59 to")
    assert done.changed() == []
    assert done == eq.Manifest.read(done.folder) == eq.Workspace.at(built).finished("TTDE final")


def test_the_command_prints_what_python_gets(built: Path) -> None:
    done = eq.build(str(built))
    said = json.loads(command("build", built, "--json").out)
    assert said == {**done.to_dict(), "fresh": True, "folder": str(done.folder)}


def test_each_stage_is_told_as_it_begins(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot")
    told: list[str] = []
    done = eq.build(folder, upto="derive", say=told.append)
    assert told == ["reading", "cut", "derive"]
    assert (done.fresh, done.upto, done.summary) == (False, "derive", None)
    assert eq.build(folder, upto="cut", say=told.append).fresh
    assert len(told) == 3


@pytest.mark.parametrize("stage", STAGES)
def test_what_was_built_farther_is_not_built_again(built: Path, stage: Stage) -> None:
    before = contents(built)
    assert eq.build(built, upto=stage, trials=0).fresh
    assert contents(built) == before


@pytest.mark.parametrize(("trials", "fresh"), [(0, True), (100, True), (200, False)])
def test_other_trials_are_another_build(trial: Path, trials: int, fresh: bool) -> None:
    assert eq.build(trial, upto="cut", trials=trials).fresh is fresh


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"upto": "reprot"},
            'there is no stage "reprot"; there are cut, derive, analyze, report; ',
        ),
        ({"trials": -1}, "trials: found -1, expected 0 or more"),
        ({"look": "TTDE finl"}, 'there is no look "TTDE finl"; there are TTDE final; did you mean'),
    ],
)
def test_what_cannot_be_asked_for(trial: Path, options: dict[str, object], message: str) -> None:
    before = contents(trial)
    with pytest.raises(InputError) as told:
        eq.build(trial, **options)
    assert message in str(told.value)
    assert contents(trial) == before


def test_faults_come_as_findings(trial: Path) -> None:
    before = contents(trial / "build")
    data = trial / "sdtm" / "ae.xpt"
    data.unlink()
    data.write_bytes(b"no transport file")
    with pytest.raises(DataError, match=r"ae\.xpt"):
        eq.build(trial)
    plan = trial / "protocol.yaml"
    plan.unlink()
    plan.write_text("trial: {}", "utf-8")
    with pytest.raises(ProtocolError):
        eq.build(trial)
    assert contents(trial / "build") == before


def test_another_process_builds_the_look(trial: Path) -> None:
    with alone(trial / "build" / "ttde-final", "a build of TTDE final"):
        assert eq.build(trial, upto="cut").fresh, "what is finished can still be had"
        done = command("derive", trial)
    assert (done.code, done.out) == (1, "")
    assert "a build of TTDE final is under way, in process" in done.err
    assert "Traceback" not in done.err
    assert not eq.build(trial, upto="derive").fresh


def test_what_another_process_has_just_built_is_taken(
    trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the manifest and the lock, the other process ends."""
    known, times = eq.Workspace.finished, []

    def late(self: eq.Workspace, look: str) -> eq.Manifest | None:
        times.append(look)
        return known(self, look) if len(times) > 1 else None

    monkeypatch.setattr(eq.Workspace, "builds", lambda self: iter(()))
    monkeypatch.setattr(eq.Workspace, "finished", late)
    before = {p: p.stat().st_mtime_ns for p in (trial / "build").rglob("*.parquet")}
    assert eq.build(trial, upto="cut").fresh
    assert {p: p.stat().st_mtime_ns for p in (trial / "build").rglob("*.parquet")} == before


def imported(code: str, folder: Path) -> set[str]:
    """Top-level modules that a program has imported by its end."""
    tail = "\nimport sys; print('\\n' + ' '.join({m.split('.')[0] for m in sys.modules}))"
    run = [sys.executable, "-c", code + tail, str(folder)]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def by_python(folder: Path) -> set[str]:
    call = "eq.build(sys.argv[1], upto='cut', trials=0)"
    return imported(f"import sys, equipoise as eq; assert {call}.fresh is True", folder)


def by_command(folder: Path) -> set[str]:
    code = (
        "import sys; from equipoise.cli import main\n"
        "sys.argv = ['equipoise', 'cut', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    return imported(code, folder)


@pytest.mark.parametrize("named", [True, False])
def test_a_second_build_is_light(trial: Path, named: bool) -> None:
    """Also where the report names no look, so that the looks themselves are asked."""
    if not named:
        plan = trial / "protocol.yaml"
        text = plan.read_text("utf-8")
        assert "  look: TTDE final\n" in text
        plan.unlink()
        plan.write_text(text.replace("  look: TTDE final\n", ""), "utf-8")
    eq.build(trial, upto="cut", trials=0)
    assert not by_command(trial) & HEAVY
    assert not by_python(trial) & {*HEAVY, "pydantic"}, "the protocol is not read"


def test_the_check_would_see_a_heavy_import(trial: Path) -> None:
    shutil.rmtree(trial / "build")
    code = "import sys, equipoise as eq; eq.build(sys.argv[1], upto='cut')"
    assert "polars" in imported(code, trial)
