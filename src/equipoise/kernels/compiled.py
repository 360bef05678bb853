"""numba's `njit`, with a cache where there can be one.

numba keeps compiled kernels beside their source, or else in the user's cache folder, and refuses to
compile where neither can be written: a container whose user has no home. Then they are kept in a
folder of the user's own among the temporary files, or not at all; one line on stderr says which.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

_REFUSED = "no locator available"  # in numba's message where no folder can be written
_told: set[str] = set()


def njit(*signature: Any, **options: Any) -> Any:
    """As numba's with its brackets, but a missing cache does not stand in the way."""
    return lambda function: _compiled(function, signature, options)


def _compiled(
    function: Callable[..., Any], signature: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    if "cache" in _told:
        options = {**options, "cache": False}
    try:
        return numba.njit(*signature, **options)(function)
    except RuntimeError as refusal:
        if _REFUSED not in str(refusal):
            raise
    _elsewhere()
    return _compiled(function, signature, options)


def _elsewhere() -> None:
    """A temporary folder for the cache; none if that was tried before, or cannot be."""
    folder = _own_temporary() if "folder" not in _told else None
    if folder is None:
        _say("cache", "compiled kernels cannot be kept: each run compiles them again")
        return
    settings: Any = numba.config
    settings.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"] = str(folder)  # for processes of ours too
    _say("folder", f"compiled kernels are kept in {folder}, for no other folder can be written")


def _own_temporary() -> Path | None:
    """A folder that only this user can write: what lies in a cache is run."""
    try:
        name = f"equipoise-kernels-{os.getuid()}" if hasattr(os, "getuid") else "equipoise-kernels"
        folder = Path(tempfile.gettempdir()) / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder if _is_own(folder) else Path(tempfile.mkdtemp(prefix=f"{name}-"))
    except OSError:
        return None


def _is_own(folder: Path) -> bool:
    found = folder.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return (
        mine and stat.S_ISDIR(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _say(what: str, words: str) -> None:
    _told.add(what)
    print(f"equipoise: {words}", file=sys.stderr)
