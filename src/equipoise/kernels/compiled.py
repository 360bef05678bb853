"""numba's `njit`, with a cache where there can be one.

numba keeps compiled kernels beside their source, or else in the user's cache folder, and refuses to
compile where neither can be written: a container whose user has no home. Then they are kept in a
folder of the user's own among the temporary files, or not at all; one line on stderr says which.

numba asks whether a kernel's own file has changed, and not those of the kernels that it calls and
that are compiled into it. So what is compiled lies in a folder named by all kernels' sources, and
none of an older version is ever run.

A kernel with declared signatures is compiled for them when it is first called, not when its module
is imported: who simulates need not wait for the kernels of a report.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

_REFUSED = "no locator available"  # in numba's message where no folder can be written
_index_of: Any = IndexDataCacheFile
_KEPT = 7 * 86400  # seconds that kernels of another version are kept, which may be at work
_told: set[str] = set()
_one_at_a_time = threading.RLock()


def njit(*signature: Any, **options: Any) -> Any:
    """As numba's with its brackets, but compiled on first use, and a missing cache does not stand
    in the way.

    signature : one, or a list of several; by default whatever the function is called with
    """

    def compiled(function: Callable[..., Any]) -> Any:
        found = _dispatcher(function, {**options})
        if signature:
            only = signature[0] if isinstance(signature[0], list) else list(signature)
            _declare(found, only)
        return found

    return compiled


_LOOP = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}

stage = njit(**_LOOP)
"""Decorates a kernel that makes no array: numba then counts no references to those it is given,
which in short loops takes as long as the work. What is divided by 0 is NaN or infinite."""

step = njit(**_LOOP, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""As `stage`, of what is done for one trial: it becomes part of the kernel that calls it. Python
cannot call it, which spares the longest part of its compilation."""

part = njit(cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Decorates what other kernels alone call and what may make arrays: without what Python needs to
call it, which of tuples of arrays takes longer to compile than the work."""


def _dispatcher(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    if "cache" in _told:
        options = {**options, "cache": False}
    is_kept = options.pop("cache", False)
    found = numba.njit(**options)(function)
    if not is_kept:
        return found
    try:
        found._cache = _VersionedCache(function)
        return found
    except RuntimeError as refusal:
        if _REFUSED not in str(refusal):
            raise
    _elsewhere()
    return _dispatcher(function, {**options, "cache": True})


class _VersionedCache(FunctionCache):
    """numba's, in a folder of its own for each version of the kernels."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        stamp = self._impl.locator.get_source_stamp()
        self._cache_path = _folder_of_version(self._cache_path)
        self._cache_file = _index_of(self._cache_path, self._impl.filename_base, stamp)


@cache
def _folder_of_version(place: str) -> str:
    folder = Path(place) / f"equipoise-{sources_digest(Path(__file__).parent)}"
    if not folder.is_dir():
        for old in Path(place).glob("equipoise-*"):
            with suppress(OSError):  # another process clears it too
                if time.time() - old.stat().st_mtime > _KEPT:
                    shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


@cache
def sources_digest(folder: Path) -> str:
    """What the Python files of a folder say, in twelve hexadecimal digits."""
    digest = sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _declare(found: Any, signatures: list[Any]) -> None:
    """Compile these signatures, and no others, as soon as Python or another kernel calls."""
    is_waiting = ("_compile_for_args", "get_call_template")

    def compile_all() -> None:
        with _one_at_a_time:
            if is_waiting[0] not in vars(found):
                return
            for name in is_waiting:
                delattr(found, name)
            for one in signatures:
                found.compile(one)
            found.disable_compile()

    def called(*given: Any, **named: Any) -> Any:
        compile_all()
        return found  # numba calls what it is given, and finds the compiled function

    def called_by_kernel(*types: Any) -> Any:
        compile_all()
        return found.get_call_template(*types)

    found._compile_for_args, found.get_call_template = called, called_by_kernel


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
