"""`verify`: ours, theirs, difference; and a changed result is noticed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from equipoise.reporting import verification
from equipoise.reporting.verification import Check, verify
from equipoise.workspace.manifest import digest_of
from support.command import command
from support.street import built_pilot, pilot_results


@pytest.fixture(scope="module")
def built() -> Path:
    return built_pilot() / "build" / "ttde-final"


@pytest.fixture
def build(built: Path, tmp_path: Path) -> Path:
    """A copy of the build to change."""
    trial = built.parent.parent
    copy = Path(shutil.copytree(trial, tmp_path / "pilot", copy_function=os.link))
    return copy / "build" / "ttde-final"


def replaced(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def with_results(build: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change the results and cite their new digest, as a forger would."""
    path, manifest = build / "results.parquet", build / "manifest.json"
    rows = change(pl.read_parquet(path))
    path.unlink()
    rows.write_parquet(path)
    said = json.loads(manifest.read_text("utf-8"))
    said["artefacts"]["results.parquet"] = digest_of(path)
    replaced(manifest, json.dumps(said).encode())


def scaled(statistic: str, factor: float) -> Callable[[pl.DataFrame], pl.DataFrame]:
    this = (pl.col("statistic") == statistic) & (pl.col("analysis") == "TTDE")
    value = pl.when(this).then(pl.col("value") * factor).otherwise("value")
    return lambda rows: rows.with_columns(value=value)


def test_every_line_agrees(built: Path) -> None:
    done = command("verify", built)
    assert done.code == 0, done.out
    lines = done.out.splitlines()
    assert lines[0].split() == [
        *("analysis", "method", "statistic", "where", "ours", "theirs", "difference", "by")
    ]
    assert "60.269556739" in done.out
    assert lines[-1].startswith("86 results compared, 0 not recomputed, ")
    assert lines[-1].endswith("none disagreeing")


def test_json(built: Path) -> None:
    found = json.loads(command("verify", built, "--json").out)
    assert found["disagreeing"] == 0
    worst = max(row["difference"] for row in found["results"] if row["difference"] is not None)
    assert worst <= verification._CLOSE
    assert {row["by"] for row in found["results"]} == {"survival", "polars"}
    assert all(entry["agrees"] for entry in found["digests"])


@pytest.mark.parametrize(
    "statistic",
    ["hazard ratio", "chi-square", "survival", "survival lower limit", "median months", "events"],
)
def test_a_changed_result_disagrees(build: Path, statistic: str) -> None:
    with_results(build, scaled(statistic, 1 + 1e-7))
    done = command("verify", build)
    assert done.code == 1
    changed = [line for line in done.out.splitlines() if line.endswith("DISAGREES")]
    assert changed
    assert all(f"  {statistic}  " in line for line in changed)


def test_rounding_in_the_last_digits_is_no_disagreement(build: Path) -> None:
    with_results(build, scaled("hazard ratio", 1 + 1e-12))
    assert command("verify", build).code == 0


def test_a_result_that_was_taken_away_is_missed(build: Path) -> None:
    this = (pl.col("analysis") == "TTDE") & (pl.col("statistic") == "hazard ratio")
    with_results(build, lambda rows: rows.filter(~this))
    done = command("verify", build)
    assert done.code == 1
    assert done.out.count("DISAGREES") == 2


def test_a_changed_artefact_is_noticed_by_its_digest(build: Path) -> None:
    path = build / "results.json"
    replaced(path, path.read_bytes() + b" ")
    done = command("verify", build)
    assert done.code == 1
    assert "results.json: digest " in done.out
    assert "DISAGREES" not in done.out


def test_a_lost_artefact_and_another_protocol(build: Path) -> None:
    (build / "results.json").unlink()
    path = build.parent.parent / "protocol.yaml"
    text = path.read_text("utf-8").replace("Skin reactions under", "Skin under")
    replaced(path, text.encode())
    done = command("verify", build)
    assert done.code == 1
    assert "results.json: digest None" in done.out
    assert "protocol: digest " in done.out
    assert done.out.splitlines()[-1].endswith("2 disagreeing")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: (b / "manifest.json").unlink(), "no build, for it has no manifest.json"),
        (lambda b: replaced(b / "manifest.json", b"[]"), "expected the manifest of a build"),
        (lambda b: (b / "results.parquet").unlink(), "it has no results.parquet"),
    ],
)
def test_what_is_no_build(build: Path, change: Callable[[Path], Any], message: str) -> None:
    change(build)
    done = command("verify", build)
    assert done.code == 1
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_missing_library_is_told(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = verification.find_spec
    monkeypatch.setattr(verification, "find_spec", lambda n: None if n == "survival" else known(n))
    done = command("verify", built)
    assert done.code == 1
    assert done.err == (
        "verify needs libraries that are not installed (survival): "
        'pip install "equipoise[verify]"\n'
    )


def test_what_no_library_has_is_said() -> None:
    results = pilot_results()
    rows = results.select(analysis="TTDE")
    unknown = rows.head(1).with_columns(method=pl.lit("crystal ball"))
    tables = results.data.tables
    checks = verify(pl.concat([rows, unknown]), tables, results.data.protocol)
    (alone,) = [c for c in checks if not c.by]
    assert (alone.method, alone.agrees) == ("crystal ball", True)


@pytest.mark.parametrize(
    ("ours", "theirs", "by", "agrees"),
    [
        (1.0, 1.0 + 1e-9, "x", True),
        (1.0, 1.0 + 1e-7, "x", False),
        (1e-14, 1.1e-14, "x", False),  # a small P value is compared as any other
        (0.0, 0.0, "x", True),
        (None, None, "x", True),
        (None, 1.0, "x", False),
        (1.0, None, "x", False),
        (1.0, None, "", True),
    ],
)
def test_what_it_is_to_agree(
    ours: float | None, theirs: float | None, by: str, agrees: bool
) -> None:
    assert Check("a", "m", "s", "", ours, theirs, by).agrees is agrees
