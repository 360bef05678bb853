"""`build` and its stages: whole or not at all, and nothing when nothing has changed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from equipoise.sdtm.read.write import write_xpt
from equipoise.workspace.folder import Workspace
from equipoise.workspace.manifest import digest_of
from support.command import command, contents
from support.sdtm import set_cell
from support.street import built_pilot, pilot_folder, pilot_sources, workspace


@pytest.fixture(scope="module")
def built() -> Path:
    """The pilot, built once for the tests that only look."""
    return built_pilot()


@pytest.fixture
def trial(built: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    import shutil

    return Path(shutil.copytree(built, tmp_path / "pilot", copy_function=os.link))


def test_what_a_build_leaves(built: Path) -> None:
    folder = built / "build" / "ttde-final"
    assert {p.name for p in folder.iterdir()} == {
        "adam",
        "carried.json",
        "snapshot",
        "manifest.json",
        "report.html",
        "report.json",
        "results.json",
        "results.parquet",
    }
    assert {p.name for p in (built / "build").iterdir()} == {"ttde-final"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert set(manifest["artefacts"]) == files - {"manifest.json"}
    assert all(digest_of(folder / k) == v for k, v in manifest["artefacts"].items())
    rows = json.loads((folder / "results.json").read_text("utf-8"))
    assert rows["protocol_digest"] == manifest["protocol"]
    assert rows["snapshot_digest"] == manifest["snapshot"]
    table = pl.read_parquet(folder / "results.parquet")
    assert [r["value"] for r in rows["rows"]] == table["value"].to_list()
    assert set(table["snapshot_digest"]) == {manifest["snapshot"]}


def test_what_it_says(built: Path) -> None:
    done = command("build", built)
    assert done.out.splitlines() == [
        "254 patients: Placebo 86, Xanomeline low dose 84, Xanomeline high dose 84",
        "look TTDE final",
        "TTDE: Estimate  hazard ratio 4.08 (95% CI 2.59 to 6.42)   log-rank P<0.001   "
        "91 events in 170",
        str(built / "build" / "ttde-final" / "report.html"),
        "nothing has changed; nothing was done",
    ]
    known = json.loads(command("build", built, "--json").out)
    assert (known["fresh"], known["summary"]["patients"]) == (True, 254)


def test_a_second_build_does_nothing(built: Path) -> None:
    folder = built / "build" / "ttde-final"
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    started = time.process_time()
    assert "nothing was done" in command("build", built).out
    assert time.process_time() - started < 2.0
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


@pytest.mark.parametrize("stage", ["cut", "derive", "analyze", "report"])
def test_an_earlier_stage_of_a_finished_build_is_there_already(trial: Path, stage: str) -> None:
    before = contents(trial)
    assert "nothing was done" in command(stage, trial).out
    assert contents(trial) == before


@pytest.fixture(scope="module")
def derived_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspace(tmp_path_factory.mktemp("derived") / "pilot")
    assert command("derive", folder).code == 0
    return folder


def test_a_stage_stops_where_it_says(derived_only: Path) -> None:
    look = derived_only / "build" / "ttde-final"
    assert {p.name for p in look.iterdir()} == {"adam", "carried.json", "manifest.json", "snapshot"}


def test_a_later_stage_goes_on(derived_only: Path, tmp_path: Path) -> None:
    import shutil

    trial = Path(shutil.copytree(derived_only, tmp_path / "pilot", copy_function=os.link))
    assert command("analyze", trial).code == 0
    names = {p.name for p in (trial / "build" / "ttde-final").iterdir() if p.is_file()}
    assert names == {"carried.json", "manifest.json", "results.json", "results.parquet"}


def _another_artefact(folder: Path) -> None:
    path = folder / "build" / "ttde-final" / "adam" / "adsl.parquet"
    path.unlink()
    path.write_text("by hand", "utf-8")


def _no_manifest_worth_the_name(folder: Path) -> None:
    path = folder / "build" / "ttde-final" / "manifest.json"
    text = path.read_text("utf-8")
    path.unlink()
    path.write_text(text[:100], "utf-8")


def _another_protocol(folder: Path) -> None:
    path = folder / "protocol.yaml"
    text = path.read_text("utf-8")
    path.unlink()
    path.write_text(text.replace("Skin reactions under", "Skin under"), "utf-8")


@pytest.mark.parametrize(
    "change", [_another_artefact, _no_manifest_worth_the_name, _another_protocol]
)
def test_a_change_builds_again(
    derived_only: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    import shutil

    trial = Path(shutil.copytree(derived_only, tmp_path / "pilot", copy_function=os.link))
    folder = trial / "build" / "ttde-final"
    space = Workspace.at(trial)
    right, known = (folder / "adam" / "adsl.parquet").read_bytes(), space.finished("TTDE final")
    assert known is not None
    change(trial)
    done = command("derive", trial)
    assert done.code == 0, done.err
    assert "nothing was done" not in done.out
    assert (folder / "adam" / "adsl.parquet").read_bytes() == right
    again = space.finished("TTDE final")
    assert again is not None
    assert (again.protocol == known.protocol) is (change is not _another_protocol)


FIVE = {
    "ae.xpt row 17 AESTDTC",
    "ae.xpt row 41 AESEQ",
    "dm.xpt row 9 ARM",
    "ex.xpt row 101 USUBJID",
    "ds.xpt row 3 DSSTDTC",
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pilot's data with five faults."""
    source = pilot_sources()
    ae = set_cell(source["ae"], 16, AESTDTC="2014-02-30")
    planted = {
        "ae": set_cell(ae, 40, AESEQ=ae["AESEQ"][39]),
        "dm": set_cell(source["dm"], 8, ARM="Xanomeline Low Dos", ARMCD="Xan_L"),
        "ex": set_cell(source["ex"], 100, USUBJID="01-999-0001"),
        "ds": set_cell(source["ds"], 2, DSSTDTC="yesterday"),
    }
    folder = tmp_path_factory.mktemp("faulty")
    for path in pilot_folder().iterdir():
        if path.stem not in planted:
            os.link(path, folder / path.name)
    write_xpt(planted, folder)
    return folder


def test_five_faults_are_five_findings(faulty: Path, tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot", faulty)
    before = contents(folder)
    done = command("build", folder)
    assert done.code == 1
    assert done.out == ""
    assert "Traceback" not in done.err
    places = {line.partition(":")[0] for line in done.err.splitlines() if not line.startswith(" ")}
    assert places == FIVE
    assert contents(folder) == before
    assert not (folder / "build").exists()


def test_an_earlier_build_stays_as_it_was(trial: Path, faulty: Path) -> None:
    before = contents(trial / "build")
    for path in (trial / "sdtm").iterdir():
        path.unlink()
    for path in faulty.iterdir():
        os.link(path, trial / "sdtm" / path.name)
    assert command("build", trial).code == 1
    assert contents(trial / "build") == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("build", "nowhere"), "nowhere: there is no such protocol file"),
        (("build", "TRIAL", "--look", "TTDE finl"), 'there is no look "TTDE finl"'),
        (("build", "TRIAL", "--look", "///"), 'there is no look "///"'),
        (
            ("explain", "TRIAL", "PFS", "--subject", "1015"),
            '"PFS" cannot be explained: expected an estimand or endpoint (TTDE',
        ),
        (("explain", "TRIAL", "TTDE", "--subject", "1"), 'there is no subject "1"'),
    ],
)
def test_bad_input_is_told_in_words(built: Path, words: tuple[str, ...], message: str) -> None:
    before = contents(built)
    done = command(*(str(built) if word == "TRIAL" else word for word in words))
    assert done.code == 1
    assert message in done.err
    assert "Traceback" not in done.err
    assert contents(built) == before


def test_without_data_there_is_nothing_to_build(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot")
    for path in (folder / "sdtm").iterdir():
        path.unlink()
    done = command("build", folder)
    assert done.code == 1
    assert "sdtm" in done.err
    assert not (folder / "build").exists()


def test_explain_goes_down_to_the_file(built: Path) -> None:
    done = command("explain", built, "TTDE", "--subject", "1015")
    assert done.code == 0, done.err
    first, second = done.out.splitlines()[:2]
    assert first.startswith("ADTTE TTDE: Time to first dermatologic event of 01-701-1015")
    assert second.startswith("  ae.xpt row 1: AESTDTC 2014-01-03")


def test_explain_tells_any_value(built: Path) -> None:
    asked = ("--subject", "1015", "--parameter", "SYSBP", "--row", "97")
    done = command("explain", built, "ADVS", *asked, "--variable", "CHG")
    assert done.code == 0, done.err
    assert done.out.startswith("ADVS SYSBP 97: CHG 15  [AVAL minus BASE, after the baseline]")
    assert "  vs.xpt row " in done.out
    done = command("explain", built, "ADVS", "--subject", "1015", "--parameter", "SYS")
    assert done.code == 1
    assert "01-701-1015 has no SYS in ADVS; there are" in done.err
