"""A build that is stopped, or for which there is no room, leaves nothing half done."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import equipoise as eq
from equipoise.frames import write_table
from equipoise.sdtm.read.write import write_xpt
from support.street import EXAMPLES, workspace

SOURCE = Path(__file__).parents[3] / "src"
PATIENCE = 60.0  # seconds until a build must have begun to write
FULL = Path("/dev/full")  # each write to it fails as on a full disk


def started(*words: object, limit: int | None = None) -> subprocess.Popen[str]:
    """`equipoise WORDS`; with a limit, no file of its can have more bytes."""

    def limited() -> None:
        assert limit is not None
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = [sys.executable, "-m", "equipoise", *map(str, words)]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    pipe = subprocess.PIPE
    before = limited if limit is not None else None
    return subprocess.Popen(run, env=env, stdout=pipe, stderr=pipe, text=True, preexec_fn=before)


def at_work(folder: Path) -> subprocess.Popen[str]:
    """A build that has begun to write into its scratch folder."""
    process = started("build", folder)
    until = time.monotonic() + PATIENCE
    while not list(folder.glob("build/.*/snapshot")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    return process


def test_a_build_that_is_told_to_end_puts_its_scratch_folder_away(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot")
    process = at_work(folder)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (128 + signal.SIGTERM, "", "")
    assert not (folder / "build").exists()


def test_what_a_killed_build_leaves_goes_with_the_next_one(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot")
    process = at_work(folder)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert len(list((folder / "build").iterdir())) == 2, "a scratch folder and the lock's file"
    eq.build(folder, upto="cut")
    assert [p.name for p in (folder / "build").iterdir()] == ["ttde-final"]


def test_two_builds_at_once_of_faulty_data_tell_the_faults(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "pilot")
    (folder / "sdtm" / "dm.xpt").unlink()
    both = [started("build", folder) for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE)[1] for process in both]
    assert [process.returncode for process in both] == [1, 1]
    assert any("DM" in err for err in told)
    for err in told:
        assert "DM" in err or "a build of TTDE final is under way" in err
    assert not (folder / "build").exists()


@pytest.mark.parametrize("limit", [0, 100_000, 1_000_000])
def test_a_full_disk_is_one_sentence(tmp_path: Path, limit: int) -> None:
    """In the lock's file, in the tables as cut, in results.json (1.7 MB)."""
    folder = workspace(tmp_path / "pilot")
    process = started("build", folder, limit=limit)
    out, err = process.communicate(timeout=4 * PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith(f"{folder / 'build'}")
    assert os.strerror(errno.EFBIG) in err
    assert not (folder / "build").exists()


@pytest.mark.parametrize("kind", ["xpt", "parquet", "json"])
def test_a_virtual_trial_on_a_full_disk_is_one_sentence(tmp_path: Path, kind: str) -> None:
    plan = EXAMPLES / "netter1" / "protocol.yaml"
    words = ("run", plan, "--truth", "as reported", "--seed", 5, "--format", kind)
    process = started(*words, "--out", tmp_path, limit=100_000)
    out, err = process.communicate(timeout=4 * PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith(f"{tmp_path / 'sdtm'}: cannot be written: ")
    assert list((tmp_path / "sdtm").iterdir()) == []


def to_parquet(folder: Path) -> None:
    write_table(pl.DataFrame({"A": ["x"]}), FULL)


def to_transport(folder: Path) -> None:
    (folder / ".a.xpt").symlink_to(FULL)
    write_xpt({"a": pl.DataFrame({"A": ["x"], "B": [1.0]})}, folder)


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("write", [to_parquet, to_transport])
def test_a_table_on_a_full_disk(tmp_path: Path, write: Callable[[Path], None]) -> None:
    with pytest.raises(OSError) as told:
        write(tmp_path)
    assert told.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
