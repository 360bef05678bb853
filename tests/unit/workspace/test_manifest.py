"""What a build says of itself, read back as it was written, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from equipoise.errors import InputError
from equipoise.workspace.manifest import STAGES, Manifest, Summary, digest_of

# SHA-256 of the one letter "a", as FIPS 180 implementations give it (`printf a | sha256sum`)
OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """Of a folder with one artefact."""
    (tmp_path / "adam").mkdir()
    (tmp_path / "adam" / "adsl.parquet").write_text("a", "utf-8")
    return Manifest(
        equipoise="0.1.0", look="PFS final", cutoff=dt.date(2015, 7, 24), virtual=True, seed=5,
        truth="as reported", protocol="p", snapshot="s", source="d", inputs="i", upto="analyze",
        trials=100, artefacts={"adam/adsl.parquet": OF_A},
        summary=Summary(229, {"New": 116, "Old": 113}, {"PFS": "Estimate  ..."}),
        reconciliation={"missing": []}, extensions={}, looks=("PFS final", "OS final"),
        folder=tmp_path,
    )  # fmt: skip


def rewritten(manifest: Manifest, **changes: Any) -> None:
    said = {**manifest.to_dict(), **changes}
    (manifest.folder / "manifest.json").write_text(json.dumps(said), "utf-8")


def test_it_is_read_as_it_was_written(manifest: Manifest) -> None:
    manifest.write()
    found = Manifest.read(manifest.folder)
    assert found == manifest
    assert (found.folder, found.fresh) == (manifest.folder, False)
    text = (manifest.folder / "manifest.json").read_text("utf-8")
    assert json.loads(text) == manifest.to_dict()
    assert "folder" not in json.loads(text)
    assert "fresh" not in json.loads(text)


def test_what_is_empty_stays_empty(manifest: Manifest) -> None:
    bare = replace(manifest, cutoff=None, seed=None, truth=None, virtual=False, summary=None)
    bare.write()
    assert Manifest.read(bare.folder) == bare


def test_what_a_later_version_adds_is_passed_over(manifest: Manifest) -> None:
    rewritten(manifest, more="x")
    assert Manifest.read(manifest.folder) == manifest


def test_without_a_manifest_there_is_no_build(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no build, for it has no manifest\.json"):
        Manifest.read(tmp_path)


def test_of_a_trials_folder_the_looks_built_there_are_named(
    manifest: Manifest, tmp_path: Path
) -> None:
    look = tmp_path / "trial/build/pfs-final"
    look.mkdir(parents=True)
    replace(manifest, folder=look).write()
    with pytest.raises(InputError, match=f"built there: {re.escape(str(look))}$"):
        Manifest.read(tmp_path / "trial")


@pytest.mark.parametrize(
    "changes",
    [
        {"upto": "publish"},
        {"upto": ["report"]},
        {"look": 3},
        {"trials": "100"},
        {"virtual": "yes"},
        {"cutoff": "July 2015"},
        {"cutoff": 20150724},
        {"artefacts": ["adam/adsl.parquet"]},
        {"summary": {"patients": 3}},
        {"summary": "229 patients"},
    ],
)
def test_another_thing_than_a_manifest_is_told(manifest: Manifest, changes: Any) -> None:
    rewritten(manifest, **changes)
    with pytest.raises(InputError, match="expected the manifest of a build"):
        Manifest.read(manifest.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"look": "PFS final"}', "\x00", "null"])
def test_another_text_than_a_manifest_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match="expected the manifest of a build"):
        Manifest.read(tmp_path)


def test_a_file_that_is_not_what_was_built(manifest: Manifest) -> None:
    path = manifest.folder / "adam" / "adsl.parquet"
    assert digest_of(path) == OF_A
    assert manifest.changed() == []
    path.write_text("b", "utf-8")
    assert manifest.changed() == ["adam/adsl.parquet"]
    path.unlink()
    assert manifest.changed() == ["adam/adsl.parquet"]
    assert manifest.found() == {"adam/adsl.parquet": None}


def test_how_far_it_went(manifest: Manifest) -> None:
    assert [s for s in STAGES if manifest.reaches(s)] == ["cut", "derive", "analyze"]
    assert manifest.report is None
    assert replace(manifest, upto="report").report == manifest.folder / "report.html"


def test_it_says_itself_in_a_line(manifest: Manifest) -> None:
    assert repr(manifest) == (
        "Manifest  PFS final, cut at 2015-07-24: 229 virtual patients; analyze, 1 files"
    )
    bare = replace(manifest, cutoff=None, summary=None)
    assert repr(bare) == "Manifest  PFS final; analyze, 1 files"
