"""One build of a look at a time: the lock says which process on which host has it.

The system lets go of the lock when its process ends, however it ends; only the file may stay, and
means nothing by itself.
"""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from equipoise.errors import InputError

try:
    import fcntl
except ImportError:  # a system without such locks
    fcntl = None  # type: ignore[assignment]

# File systems of some clusters have no locks; a build there is as safe as its user is careful.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


class TakenError(InputError):
    """Another process has the lock; the message says which."""


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock that a file stands for; its folder is made, and the file goes at the end.

    what : what is under way while it is held, for the message: "a build of PFS final"
    Raises   TakenError if another process holds it.
    Checked  tests/unit/workspace/test_lock.py
    """
    handle = _taken(path, what)
    try:
        os.ftruncate(handle, 0)
        os.write(
            handle, json.dumps({"process": os.getpid(), "host": socket.gethostname()}).encode()
        )
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _taken(path: Path, what: str) -> int:
    while True:
        handle = _opened(path)
        try:
            _lock(handle)
        except BlockingIOError:
            who = _holder(path)
            os.close(handle)
            raise TakenError(f"{path.parent}: {what} is under way{who}; wait for its end") from None
        if _stands_for(path, handle):
            return handle
        os.close(handle)  # its holder ended, and took the file away, while it was opened here


def _opened(path: Path) -> int:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another build may end between the two lines and take the empty folder away.
        with suppress(FileNotFoundError):
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


def _lock(handle: int) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno not in _NO_LOCKS:
            raise


def _stands_for(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    """ ", in process 4711 on host trial-server", as far as the file says so."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return f", in process {said['process']} on host {said['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # it was locked this moment, and its holder has yet to write who it is
