"""Folders of trials that are not whole: one sentence on each, code 1, and nothing written."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from support.command import command, contents
from support.street import built_pilot

COMMANDS: dict[str, Callable[[Path, Path], list[object]]] = {
    "report": lambda at, out: ["report", at, "-o", out / "r.html"],
    "tables": lambda at, out: ["tables", at, "--to", "csv", "-o", out / "t"],
    "listing": lambda at, out: ["listing", at, "DM", "--to", "rtf", "-o", out / "dm.rtf"],
    "figure": lambda at, out: ["figure", at, "flow", "-o", out / "f"],
    "abstract": lambda at, out: ["abstract", at],
    "plain": lambda at, out: ["plain", at],
    "checklist": lambda at, out: ["checklist", at, "--of", "consort"],
    "compare": lambda at, out: ["compare", at, at],
    "monitor-report": lambda at, out: ["monitor-report", at, "--open", "-o", out / "m.html"],
    "export": lambda at, out: ["export", at, "--to", "ars", "--out", out / "a.json"],
    "package": lambda at, out: ["package", at, "-o", out / "m5"],
    "why": lambda at, out: ["why", at, "r-0123456789"],
}


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(built_pilot(), folder / "trial"))


def no_data(at: Path) -> str:
    shutil.rmtree(at / "sdtm")
    shutil.rmtree(at / "build")
    return "sdtm"


def half_a_file(at: Path) -> str:
    body = (at / "sdtm" / "ae.xpt").read_bytes()
    (at / "sdtm" / "ae.xpt").write_bytes(body[: len(body) // 3])
    shutil.rmtree(at / "build")
    return "ae.xpt"


def no_patients(at: Path) -> str:
    (at / "sdtm" / "dm.xpt").unlink()
    shutil.rmtree(at / "build")
    return "DM"


def broken_protocol(at: Path) -> str:
    text = (at / "protocol.yaml").read_text("utf-8")
    (at / "protocol.yaml").write_text(text.replace("arms:", "armz:", 1), encoding="utf-8")
    return "protocol.yaml"


FAULTS: dict[str, Callable[[Path], str]] = {
    "no data": no_data,
    "half a file": half_a_file,
    "no patients": no_patients,
    "a broken protocol": broken_protocol,
}


def ends(words: list[object], out: Path, names: str) -> None:
    """One finding or a list of them on stderr, code 1, nothing written, no traceback."""
    done = command(*words)
    told = done.err + done.out
    assert done.code == 1, (words, told)
    assert "Traceback" not in told
    assert names in told
    assert not out.exists() or contents(out) == {}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_that_is_not_whole(fault: str, name: str, tmp_path: Path) -> None:
    at, out = copied(tmp_path), tmp_path / "out"
    names = FAULTS[fault](at)
    if name == "compare" and fault != "a broken protocol":
        names = "no build"
    ends(COMMANDS[name](at, out), out, names)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"compare"}))
def test_a_look_that_the_protocol_does_not_have(name: str, tmp_path: Path) -> None:
    words = [*COMMANDS[name](built_pilot(), tmp_path / "out"), "--look", "TTDE finale"]
    ends(words, tmp_path / "out", "TTDE final")


def test_results_of_another_digest_are_not_taken(tmp_path: Path) -> None:
    """Rows that were changed after the build are worked out anew; compare names the file."""
    at = copied(tmp_path)
    file = at / "build" / "ttde-final" / "results.parquet"
    rows = pl.read_parquet(file)
    rows.with_columns(pl.col("value") * 2).write_parquet(file)
    done = command("tables", at, "--to", "csv", "--only", "14.2.1", "-o", tmp_path / "t")
    assert done.code == 0, done.err
    assert "4.08 (2.59 to 6.42)" in (tmp_path / "t" / "all.csv").read_text("utf-8")
    done = command("compare", at, at)
    assert done.code == 1
    assert "results.parquet is not what was built" in done.err + done.out


def _without_manifest(build: Path) -> str:
    (build / "manifest.json").unlink()
    return "no build"


def _without_results(build: Path) -> str:
    (build / "results.parquet").unlink()
    return "results.parquet is not what was built"


def _cut_short(build: Path) -> str:
    file = build / "adam" / "adsl.parquet"
    file.write_bytes(file.read_bytes()[:100])
    return "adam/adsl.parquet is not what was built"


def _no_manifest_at_all(build: Path) -> str:
    (build / "manifest.json").write_text(json.dumps({"look": 1}))
    return "expected the manifest of a build"


@pytest.mark.parametrize(
    "fault", [_without_manifest, _without_results, _cut_short, _no_manifest_at_all]
)
def test_half_a_build(fault: Callable[[Path], str], tmp_path: Path) -> None:
    """What is missing is worked out anew from the data; what only a build has is asked for."""
    at = copied(tmp_path)
    names = fault(at / "build" / "ttde-final")
    done = command("abstract", at)
    assert done.code == 0, done.err
    assert re.search(r"4\.08 \(95% CI 2\.59 to 6\.42\)", done.out)
    done = command("compare", at, at)
    assert done.code == 1
    assert names in done.err + done.out
    assert "Traceback" not in done.err


def test_a_build_that_ends_before_its_results(tmp_path: Path) -> None:
    at = copied(tmp_path)
    shutil.rmtree(at / "build")
    done = command("derive", at)
    assert done.code == 0, done.err
    done = command("compare", at, at)
    assert done.code == 1
    assert "expected one with results" in done.err + done.out
