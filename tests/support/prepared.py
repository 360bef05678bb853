"""Trials that many tests begin with: conducted once in a process, then copied."""

from __future__ import annotations

import atexit
import copy
import shutil
import tempfile
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from equipoise.conduct.commands.versions import known_version
from equipoise.conduct.store.engine import is_sqlite
from equipoise.conduct.store.store import Store
from support.cluster import SERVICE
from support.stores import running, unsynced

if TYPE_CHECKING:
    from support.conducted import Conducted

CONDUCTED: dict[Hashable, Conducted] = {}
"""By name. Where a bug is planted there is another, empty one: see `support.mutants`."""


def prepared(name: Hashable, folder: Path, conduct: Callable[[Path], Conducted]) -> Conducted:
    """A trial as `conduct` leaves it, in a store of its own; each goes on from there by itself.

    name : of all that `conduct` depends on
    """
    if name not in CONDUCTED:
        found = conduct(Path(tempfile.mkdtemp(dir=_place())))
        found.store.engine.dispose()  # nobody may be in what is copied
        CONDUCTED[name] = found
    return _copied(CONDUCTED[name], folder)


def _copied(first: Conducted, folder: Path) -> Conducted:
    shutil.copytree(first.store.folder, folder, dirs_exist_ok=True)
    where: str | Path = folder
    if not is_sqlite(first.store.engine):
        database = str(make_url(str(first.where)).database)
        where = running().url(running().database(database), SERVICE)
    store = Store.open(where, folder=folder, clock=copy.copy(first.clock))
    unsynced(store)
    store._anchored.update(first.store._anchored)
    known_version(first.bus.protocol)  # as after a command
    found = copy.copy(first)
    found.bus, found.where = replace(first.bus, store=store), where
    found.numbers, found.departures = copy.copy(first.numbers), [*first.departures]
    return found


@cache
def _place() -> str:
    found = tempfile.mkdtemp(prefix="prepared-")
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found
