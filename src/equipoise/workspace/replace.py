"""A folder appears whole: one process at a time fills it beside its place and moves it there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from equipoise.workspace.lock import TakenError, locked

_LOCK = "lock"
_ASIDE = "old."


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Be the only process that fills a folder, and begin without what a killed one left beside it.

    what : what is done meanwhile, for the message to others: "a build of PFS final"
    Raises   TakenError while another process is at it.
    Checked  tests/unit/workspace/test_replace.py
    """
    new = _is_new(folder)
    try:
        with locked(_beside(folder, _LOCK), what):
            for left in _leavings(folder):
                _recover(left, folder)
            yield
    finally:
        if new:
            with suppress(OSError):  # there is something in it, as from a build of another look
                folder.parent.rmdir()


def tidy(folder: Path) -> None:
    """Take away what a killed process left beside a folder, and put back what it had set aside.

    Does nothing while another process fills the folder.
    """
    if any(_leavings(folder)):
        with suppress(TakenError), alone(folder, "tidying"):
            pass


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A scratch folder that takes the place of `folder` at the end, or leaves it as it was.

    Only `alone`: it might otherwise be taken for what a killed process left.
    Checked  tests/unit/workspace/test_replace.py
    """
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_beside(folder, "").name))
    try:
        yield scratch
        scratch.chmod(0o755)
        _move(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _move(scratch: Path, folder: Path) -> None:
    """Put the scratch folder into its place; what stood there is kept until it is."""
    if not folder.exists():
        os.replace(scratch, folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_beside(folder, _ASIDE).name))
    os.replace(folder, old / folder.name)
    try:
        os.replace(scratch, folder)
    except BaseException:
        os.replace(old / folder.name, folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _recover(left: Path, folder: Path) -> None:
    """Take away one thing that a killed process left; what `_move` had set aside comes back."""
    aside = left / folder.name
    if left.name.startswith(_beside(folder, _ASIDE).name) and not folder.exists():
        with suppress(FileNotFoundError):  # it was killed before it set anything aside
            os.replace(aside, folder)
    shutil.rmtree(left, ignore_errors=True)


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f".{folder.name}.{name}")


def _is_new(folder: Path) -> bool:
    """Whether nothing stands where the folder will, but what a process at it has beside it."""
    try:
        there = list(folder.parent.iterdir())
    except FileNotFoundError:
        return True
    start = _beside(folder, "").name
    return bool(there) and all(one.name.startswith(start) for one in there)


def _leavings(folder: Path) -> Iterator[Path]:
    """What stands beside a folder under a name of this module, the lock's file too."""
    start = _beside(folder, "").name
    if folder.parent.is_dir():
        yield from (p for p in sorted(folder.parent.iterdir()) if p.name.startswith(start))
