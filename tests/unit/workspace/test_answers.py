"""The results of a look as a finished build lends them: the same, or else made anew."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from equipoise.adam.model import ADaM
from equipoise.analysis.results import Results
from equipoise.reporting.html import render
from equipoise.sdtm.read.write import write_xpt
from equipoise.workspace.answers import KeptTables, lent, results_of, write_report
from equipoise.workspace.manifest import Manifest, digest_of
from equipoise.workspace.write import write_carried, write_tables
from support.command import command
from support.looks import netter_results
from support.street import built_pilot, pilot_protocol, pilot_results


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """The pilot with its build, to change."""
    return Path(shutil.copytree(built_pilot(), tmp_path / "pilot"))


def assert_same_tables(one: Mapping[str, pl.DataFrame], two: Mapping[str, pl.DataFrame]) -> None:
    assert list(one) == list(two)
    for name, table in one.items():
        assert_frame_equal(table, two[name])


def assert_same(one: ADaM, two: ADaM) -> None:
    assert_same_tables(one.tables, two.tables)
    assert_same_tables(one.snapshot.tables, two.snapshot.tables)
    assert_frame_equal(one.snapshot.excluded, two.snapshot.excluded)
    assert (one.findings, one.snapshot.findings) == (two.findings, two.snapshot.findings)
    for name in ("look", "date", "protocol_digest", "source", "virtual", "seed", "read", "digest"):
        assert getattr(one.snapshot, name) == getattr(two.snapshot, name), name


def test_a_build_lends_what_would_be_derived() -> None:
    mine = results_of(built_pilot(), collected=False)
    anew = results_of(built_pilot())
    assert mine.data.snapshot.collected is None
    assert anew.data.snapshot.collected is not None
    assert_same(mine.data, anew.data)
    assert mine == anew
    assert render(mine, style="nejm") == render(anew, style="nejm")


def test_a_cut_is_lent_with_what_it_took_away(tmp_path: Path) -> None:
    found = netter_results()
    data, cut = found.data, found.data.snapshot
    assert cut.excluded.height
    write_tables(data.tables, tmp_path / "adam")
    write_tables(cut.tables, tmp_path / "snapshot")
    write_carried(data, tmp_path)
    pilot = Manifest.read(built_pilot() / "build" / "ttde-final")
    built = replace(
        pilot, folder=tmp_path, look=data.look, cutoff=data.date, virtual=data.virtual,
        seed=cut.seed, source=cut.source, snapshot=cut.digest, protocol=data.protocol.digest,
    )  # fmt: skip
    mine = lent(built, data.protocol)
    assert mine is not None
    assert_same(mine, data)
    again = Results(found.rows, mine, mine.findings)
    assert render(again) == render(found)
    assert lent(replace(built, snapshot=pilot.snapshot), data.protocol) is None
    assert lent(replace(built, protocol=pilot.protocol), data.protocol) is None


def test_the_regulators_report_is_that_of_the_build(tmp_path: Path) -> None:
    built = built_pilot() / "build" / "ttde-final" / "report.html"
    out = write_report(built_pilot(), tmp_path / "report.html")
    assert out.read_bytes() == built.read_bytes()
    assert out.read_text("utf-8") == render(pilot_results())
    other = write_report(built_pilot(), tmp_path / "nejm.html", style="nejm")
    assert other.read_bytes() != built.read_bytes()


def without_events(trial: Path) -> None:
    """Every other adverse event is gone from the collected data."""
    table = pilot_results().data.snapshot.table("AE")
    write_xpt({"ae": table.gather_every(2)}, trial / "sdtm")


def of_another_label(trial: Path) -> None:
    file = trial / "protocol.yaml"
    text = file.read_text("utf-8")
    label = next(iter(pilot_protocol().estimands.values())).label
    assert label in text
    file.write_text(text.replace(label, "Another label"), "utf-8")


@pytest.mark.parametrize("change", [without_events, of_another_label])
def test_a_stale_build_lends_nothing(trial: Path, tmp_path: Path, change) -> None:
    before = results_of(trial, collected=False)
    change(trial)
    found = results_of(trial, collected=False)
    assert found.data.snapshot.collected is not None
    assert found != before
    old = (trial / "build" / "ttde-final" / "report.html").read_text("utf-8")
    for style in ("regulator", "nejm"):
        made = write_report(trial, tmp_path / f"{style}.html", style=style).read_text("utf-8")
        assert made == render(found, style=style)
        assert made != old


@pytest.mark.parametrize("name", ["adam/adsl.parquet", "carried.json", "results.parquet"])
def test_a_build_that_a_hand_changed_lends_nothing(trial: Path, name: str) -> None:
    path = trial / "build" / "ttde-final" / name
    os.truncate(path, path.stat().st_size - 1)
    found = results_of(trial, collected=False)
    assert found.data.snapshot.collected is not None


def test_a_report_of_results_needs_no_arrays_and_nothing_that_works_on_them(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from equipoise.workspace.answers import write_report\n"
        "write_report(sys.argv[1], sys.argv[2], style='nejm'); print(*sys.modules)"
    )
    ask = [sys.executable, "-c", code, str(built_pilot()), str(tmp_path / "report.html")]
    done = subprocess.run(ask, capture_output=True, text=True, check=True)
    assert "polars" in done.stdout.split()
    heavy = {"numpy", "numba", "scipy", "narwhals"}
    assert not heavy & set(done.stdout.split())
    assert command("why", built_pilot(), "r-0000000000").code == 1


def test_tables_of_a_build_are_read_when_they_are_asked_for() -> None:
    folder = built_pilot() / "build" / "ttde-final" / "adam"
    found = KeptTables(folder, ["ADSL", "ADAE", "NONE"])
    assert list(found) == ["ADSL", "ADAE", "NONE"]
    assert "NONE" in found  # of whose file nobody asks
    assert "ADTTE" not in found
    assert found["ADSL"] is found["ADSL"]
    assert_frame_equal(found["ADSL"], pl.read_parquet(folder / "adsl.parquet"))
    with pytest.raises(KeyError):
        found["ADTTE"]


def test_a_report_in_another_style_reads_what_the_build_has_said(
    trial: Path, tmp_path: Path
) -> None:
    look = trial / "build" / "ttde-final"
    said = json.loads((look / "report.json").read_text("utf-8"))
    said["assessed"] = ["Harms are graded as the build says."]
    (look / "report.json").write_text(json.dumps(said), "utf-8")
    manifest = json.loads((look / "manifest.json").read_text("utf-8"))
    manifest["artefacts"]["report.json"] = digest_of(look / "report.json")
    (look / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    page = write_report(trial, tmp_path / "nejm.html", style="nejm").read_text("utf-8")
    assert "Harms are graded as the build says." in page


def test_a_report_of_a_build_without_one_says_the_same(trial: Path, tmp_path: Path) -> None:
    whole = write_report(trial, tmp_path / "one.html", style="nejm").read_bytes()
    shutil.rmtree(trial / "build")
    assert command("analyze", trial).code == 0
    assert not (trial / "build" / "ttde-final" / "report.json").exists()
    assert write_report(trial, tmp_path / "two.html", style="nejm").read_bytes() == whole
