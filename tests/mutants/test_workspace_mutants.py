"""Planted bugs of the workspace that its tests must see."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import equipoise as eq
from equipoise.sdtm.read import write as tables
from equipoise.workspace import answers, lock, replace
from equipoise.workspace import build as street
from support.mutants import plant
from support.street import built_pilot, workspace


def seen_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A lock whose holder ended after its file was opened here: is it on the file of today?"""
    path, take = tmp_path / ".look.lock", lock._lock

    def late(handle: int) -> None:
        path.unlink(missing_ok=True)
        monkeypatch.setattr(lock, "_lock", take)
        take(handle)

    monkeypatch.setattr(lock, "_lock", late)
    with lock.locked(path, "a build"):
        return path.exists()


def earlier_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A build killed between its two renames."""
    aside = tmp_path / "build" / ".look.old.x" / "look"
    aside.mkdir(parents=True)
    replace.tidy(tmp_path / "build" / "look")
    return (tmp_path / "build" / "look").exists()


def short_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A transport file of which the last record is missing."""
    table = pl.DataFrame({"A": ["x"] * 100})
    (path,) = tables.write_xpt({"a": table}, tmp_path)
    os.truncate(path, path.stat().st_size - 80)
    try:
        tables._check_size(path, table)
    except OSError:
        return True
    return False


def change_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Another file of data, and the same again for more trials."""
    folder = workspace(tmp_path / "pilot")
    eq.build(folder, upto="cut", trials=0)
    (folder / "sdtm" / "notes.txt").write_text("x", "utf-8")
    return not eq.build(folder, upto="cut", trials=0).fresh


def stale_results_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Another text of the protocol beside a finished build."""
    folder = Path(shutil.copytree(built_pilot(), tmp_path / "pilot"))
    file = folder / "protocol.yaml"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    found = answers.results_of(folder, collected=False)
    return found.data.snapshot.collected is not None


@pytest.mark.parametrize(
    ("check", "function", "old", "new"),
    [
        (seen_by_others, lock._taken, "_stands_for(path, handle)", "True"),
        (earlier_comes_back, replace._recover, "os.replace(aside, folder)", "pass"),
        (short_file_is_told, tables._records, "-(-size // RECORD)", "(size // RECORD)"),
        (
            stale_results_are_made_anew,
            answers._fresh,
            "built.inputs == space.inputs(look=look)",
            "True",
        ),
        (change_is_stale, street._at_hand, "found.inputs == space.inputs(look=found.look)", "True"),
    ],
)
def test_the_bug_is_seen(
    check: Callable[[Path, pytest.MonkeyPatch], bool],
    function: Any,
    old: str,
    new: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert check(tmp_path / "right", monkeypatch)
    plant(monkeypatch, function, old, new)
    assert not check(tmp_path / "wrong", monkeypatch)
