"""Stores to test with, on both databases; a server that is not there is a skip that says why."""

from __future__ import annotations

import atexit
import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import event

from equipoise.conduct.store.store import Store, utc_now
from support.cluster import SERVICE, Cluster, NoServerError, cluster

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


@cache
def server() -> Cluster | str:
    """The server of this process, or why there is none."""
    stack = ExitStack()
    try:
        found = stack.enter_context(cluster())
    except NoServerError as problem:
        return str(problem)
    atexit.register(stack.close)
    return found


def running() -> Cluster:
    found = server()
    if isinstance(found, str):
        pytest.skip(f"skipped: {found}")
    return found


def new_store(
    kind: str, folder: Path, clock: Callable[[], dt.datetime] = utc_now
) -> tuple[Store, str | Path]:
    """An empty store as the service opens it, and where it is."""
    if kind == SQLITE:
        made = Store.create(folder, folder=folder, clock=clock)
        unsynced(made)
        return made, folder
    where = running().url(running().database(template()), SERVICE)
    return Store.open(where, folder=folder, clock=clock), where


def unsynced(store: Store) -> None:
    """No waiting for the disk: what is tested with it ends with the process, not with the power."""
    if store.engine.dialect.name == SQLITE:
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


@cache
def template() -> str:
    """A database with an empty store, which others are copies of."""
    one = running()
    name = one.database()
    owner = Store.create(one.url(name), folder=Path(), clock=Ticking(2026, 1, 1))
    owner.grant_to(SERVICE)
    owner.engine.dispose()
    return name


class Ticking:
    """A clock that a test sets; each look at it takes a millisecond."""

    def __init__(self, year: int = 2026, month: int = 1, day: int = 5) -> None:
        self.now = dt.datetime(year, month, day, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=1)
        return self.now

    def to(self, day: dt.date) -> None:
        """Forward to the morning of a day; never back."""
        morning = dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC)
        self.now = max(self.now, morning)
