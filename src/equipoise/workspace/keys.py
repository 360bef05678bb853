"""Where the key of a trial's lists is kept: in a file of its owner alone, or in the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from equipoise.allocation.secret import KEY_BYTES, joined, shared
from equipoise.errors import InputError

ENVIRONMENT = "EQUIPOISE_KEY"
_OTHERS = 0o077


def read_key(files: Sequence[Path], *, trial: Path) -> bytes:
    """The key: of one file, of several that are shares of it, or of the environment.

    trial : the trial's folder, in which no key may stand
    Raises   InputError where there is none, or others than its owner can read it.
    """
    if not files:
        return _whole(os.environ.get(ENVIRONMENT, ""), f"the variable {ENVIRONMENT}")
    return joined([_of_file(file, trial=trial) for file in files])


def key_at_hand(files: Sequence[Path], *, trial: Path) -> bytes | None:
    """As `read_key`, and None where neither a file nor the environment has one."""
    if not files and ENVIRONMENT not in os.environ:
        return None
    return read_key(files, trial=trial)


def make_key(files: Sequence[Path], *, trial: Path) -> None:
    """A new key as one file or several shares; a file that is there stays as it is.

    A folder that is not there is made, for its owner alone.
    Raises   InputError where a file would stand in the trial's folder.
    """
    for file in files:
        _outside(file, trial)
        if not file.exists():
            _write(file, secrets.token_bytes(KEY_BYTES))


def keep_key(key: bytes, files: Sequence[Path], *, trial: Path) -> None:
    """A key in one file, or in several shares of which each alone tells nothing.

    Raises   InputError where a file is there, or would stand in the trial's folder.
    """
    for file in files:
        _outside(file, trial)
        if file.exists():
            raise InputError(f"{file}: is there already")
    shares = [key] if len(files) == 1 else shared(key, len(files))
    for file, share in zip(files, shares, strict=True):
        _write(file, share)


def _write(file: Path, key: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")


def _of_file(file: Path, *, trial: Path) -> bytes:
    _outside(file, trial)
    if not file.is_file():
        raise InputError(f"{file}: there is no such key; `equipoise allocate key` makes one")
    if file.stat().st_mode & _OTHERS:
        raise InputError(f"{file}: others than its owner can read the key; expected mode 0600")
    return _whole(file.read_text("ascii").strip(), str(file))


def _outside(file: Path, trial: Path) -> None:
    if file.resolve().is_relative_to(trial.resolve()):
        raise InputError(f"{file}: the key stands in the trial's folder; expected another place")


def _whole(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise InputError(f"{where}: holds no key; expected {2 * KEY_BYTES} hexadecimal digits")
    return key
