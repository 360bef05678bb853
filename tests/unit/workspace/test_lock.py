"""One build of a look at a time, and the second one is told who has it."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.workspace import lock
from equipoise.workspace.lock import TakenError, locked

HOLD = (
    "import sys, time; from pathlib import Path; from equipoise.workspace.lock import locked\n"
    "with locked(Path(sys.argv[1]), 'a build'):\n    print('held', flush=True); time.sleep(60)"
)


def held_by_another(path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until it is ended."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def taken(path: Path) -> bool:
    try:
        with locked(path, "a build"):
            return False
    except TakenError:
        return True


def test_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "build" / ".look.lock"
    other = held_by_another(path)
    try:
        with pytest.raises(TakenError) as told, locked(path, "a build of PFS final"):
            pass
    finally:
        other.kill()
        other.wait()
    who = f"in process {other.pid} on host {socket.gethostname()}"
    assert str(told.value) == (
        f"{path.parent}: a build of PFS final is under way, {who}; wait for its end"
    )


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".look.lock"
    other = held_by_another(path)
    assert taken(path)
    other.kill()
    other.wait()
    assert path.exists()
    assert not taken(path)
    assert not path.exists()


def test_the_file_says_who_holds_it_and_goes_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / ".look.lock"
    path.write_text("something longer that a killed process left " * 9, "utf-8")
    with locked(path, "a build"):
        said = json.loads(path.read_text("utf-8"))
        assert said == {"process": os.getpid(), "host": socket.gethostname()}
        assert taken(path)
    assert not path.exists()


def test_a_holder_that_has_not_yet_written_who_it_is(tmp_path: Path) -> None:
    path = tmp_path / ".look.lock"
    with locked(path, "a build"):
        path.write_text("", "utf-8")
        with pytest.raises(TakenError, match="a build is under way; wait for its end"):
            locked(path, "a build").__enter__()


def ended_meanwhile(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The holder ends, and takes its file away, after this process has opened that file."""
    take, times = lock._lock, []

    def late(handle: int) -> None:
        if not times:
            path.unlink()
        times.append(handle)
        take(handle)

    monkeypatch.setattr(lock, "_lock", late)


def test_the_lock_is_on_the_file_that_others_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".look.lock"
    ended_meanwhile(monkeypatch, path)
    with locked(path, "a build"):
        assert path.exists()
        assert taken(path)


def test_the_folder_may_go_before_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "build" / ".look.lock"
    opened, times = os.open, []

    def late(name: Path, *rest: int) -> int:
        if not times:
            times.append(name)
            path.parent.rmdir()
        return opened(name, *rest)

    monkeypatch.setattr(os, "open", late)
    with locked(path, "a build"):
        assert path.exists()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS])
def test_a_file_system_without_locks_can_still_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def none(handle: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.fcntl, "flock", none)
    assert not taken(tmp_path / ".look.lock")
