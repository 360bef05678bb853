"""A folder appears whole, and what a killed process left beside it goes."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from equipoise.workspace.lock import TakenError, locked
from equipoise.workspace.replace import alone, tidy, whole
from support.command import contents


class StoppedError(Exception):
    """Somebody stopped the program."""


def write(target: Path, text: str, *, stop: bool = False) -> None:
    """Write a folder with one file, or stop before its end."""
    with alone(target, "a build"), whole(target) as folder:
        (folder / "a").write_text(text, "utf-8")
        if stop:
            raise StoppedError


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "build" / "look"


def test_a_scratch_folder_takes_the_place_only_at_the_end(target: Path) -> None:
    with alone(target, "a build"), whole(target) as folder:
        (folder / "a").write_text("1", "utf-8")
        assert not target.exists()
    assert contents(target.parent) == {"look/a": b"1"}
    with pytest.raises(StoppedError):
        write(target, "2", stop=True)
    assert contents(target.parent) == {"look/a": b"1"}
    write(target, "3")
    assert contents(target.parent) == {"look/a": b"3"}
    assert [p.name for p in target.parent.iterdir()] == ["look"]


def test_of_a_build_that_fails_nothing_stays(target: Path) -> None:
    with pytest.raises(StoppedError):
        write(target, "1", stop=True)
    assert not target.parent.exists()


def test_of_two_that_fail_at_once_nothing_stays(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks while the first is at work, which has ended once the second has the lock."""
    first, second = alone(target, "a build"), alone(target, "a build")
    first.__enter__()

    def after_the_first(path: Path, what: str) -> AbstractContextManager[None]:
        first.__exit__(None, None, None)
        return locked(path, what)

    monkeypatch.setattr("equipoise.workspace.replace.locked", after_the_first)
    second.__enter__()
    assert target.parent.exists()
    assert not second.__exit__(StoppedError, StoppedError(), None)
    assert not target.parent.exists()


def test_the_fault_is_told_though_another_look_stands_in_the_new_folder(target: Path) -> None:

    def stopped() -> None:
        (target.parent / "other").mkdir()
        raise StoppedError

    with pytest.raises(StoppedError), alone(target, "a build"), whole(target):
        stopped()
    assert [p.name for p in target.parent.iterdir()] == ["other"]


def test_a_failed_rename_brings_the_old_folder_back(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(target, "1")
    rename = os.replace

    def failing(source: Path, to: Path) -> None:
        if Path(to) == target and ".old." not in str(source):
            raise OSError("disk full")
        rename(source, to)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="disk full"):
        write(target, "2")
    assert contents(target.parent) == {"look/a": b"1"}


def left_by_a_killed_process(target: Path) -> None:
    """A scratch folder half filled, another one set aside, and the lock's file."""
    for name in (".look.lock", ".look.x1/a", ".look.x1/adam/adsl", ".look.old.x2/look/a"):
        path = target.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("earlier" if ".old." in name else "half", "utf-8")


def test_the_next_build_takes_away_what_a_killed_one_left(target: Path) -> None:
    write(target, "1")
    left_by_a_killed_process(target)
    other = target.parent / ".look-two.x3"
    other.mkdir()
    write(target, "2")
    assert contents(target.parent) == {"look/a": b"2"}
    assert other.exists(), "that is another look's"


def test_a_build_killed_between_its_two_renames_gives_the_earlier_one_back(target: Path) -> None:
    left_by_a_killed_process(target)
    tidy(target)
    assert contents(target.parent) == {"look/a": b"earlier"}
    assert [p.name for p in target.parent.iterdir()] == ["look"]


def test_killed_before_it_set_anything_aside(target: Path) -> None:
    (target.parent / ".look.old.x").mkdir(parents=True)
    tidy(target)
    assert not target.parent.exists()


def test_what_another_process_works_on_stays(target: Path) -> None:
    with alone(target, "a build"), whole(target) as folder:
        tidy(target)
        assert folder.exists()
        with pytest.raises(TakenError, match="a build is under way"):
            write(target, "2")
        assert folder.exists()


def test_there_may_be_nothing_to_tidy(target: Path) -> None:
    tidy(target)
    assert not target.parent.exists()
