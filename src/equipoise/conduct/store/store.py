"""The store of one trial: opened, written in units, anchored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from equipoise.conduct.store.anchors import (
    ANCHORS,
    is_due,
    last_anchor,
    rows_between,
    write_outside,
)
from equipoise.conduct.store.canonical import GENESIS, TRIAL
from equipoise.conduct.store.engine import DB_SCHEMA, engine, is_sqlite, place
from equipoise.conduct.store.guards import grant
from equipoise.conduct.store.merkle import root
from equipoise.conduct.store.turns import WritersTurns
from equipoise.conduct.store.unit import Receipt, Unit
from equipoise.conduct.store.versions.migrate import NEWEST_VERSION, bring_up, version_of
from equipoise.errors import EquipoiseError, InputError

ServerClock = Callable[[], dt.datetime]
_ATTEMPTS: Final = 5
_ROLES: Final = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
_OLDER: Final = (
    "the tables are of version {0}, those of this program of {1}: stop the service, make a backup "
    "(`equipoise conduct backup`), and bring them up (`equipoise upgrade`)"
)
_NEWER: Final = (
    "the tables are of version {0}, newer than those of this program, {1}; expected the Equipoise "
    "that brought them there, or a later one"
)
_TRY_AGAIN: Final = ("40001", "40P01", "23505")  # serialization, deadlock, the other was faster


class StoreError(EquipoiseError):
    """The store cannot be read or written now; what was asked for was not done."""


def utc_now() -> dt.datetime:
    """The clock of the machine."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, eq=False)
class Store:
    """Where one trial's conduct is kept.

    folder : of the trial; anchors are written there, outside the database
    clock : tells every time of the audit; no command does
    """

    engine: Engine
    folder: Path
    clock: ServerClock = utc_now
    _turns: WritersTurns = field(default_factory=WritersTurns)
    _anchored: dict[str, Any] = field(default_factory=dict)  # the last anchor that was seen

    @classmethod
    def create(
        cls,
        where: str | Path,
        *,
        folder: Path,
        clock: ServerClock = utc_now,
        version: str = NEWEST_VERSION,
        role: str = "",
    ) -> Store:
        """An empty store. Raises InputError where there is one, or no such role on the server.

        role : of PostgreSQL, that will serve it
        version : of its tables; an older one is that of a backup which is brought up afterwards
        """
        made = cls(engine(place(where), create=True), folder, clock)
        with _told(), made.engine.begin() as connection:
            if version_of(connection) is not None:
                already = "there is a store already; expected an empty place"
                raise InputError(f"{made}: {already} (`serve` opens this one without --owner)")
            if role and not connection.execute(_ROLES, {"role": role}).first():
                raise InputError(f"{made}: the server has no role {role}; nothing was made")
            if not is_sqlite(connection):
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {DB_SCHEMA}"))
            bring_up(connection, to=version)
        with made.unit() as unit:
            unit.begin_chain(TRIAL, GENESIS)
        return made

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        folder: Path,
        clock: ServerClock = utc_now,
        may_be_older: bool = False,
    ) -> Store:
        """A store that is there.

        may_be_older : than this program's tables, for who makes a backup of it or brings it up
        Raises   InputError if it is not there, or of a version that this program does not serve.
        """
        found = cls(engine(place(where)), folder, clock)
        with _told(), found.engine.connect() as connection:
            version = version_of(connection)
        if version is None:
            raise InputError(f"{found}: there is no store; `equipoise conduct init` makes one")
        if version > NEWEST_VERSION:
            raise InputError(f"{found}: {_NEWER.format(version, NEWEST_VERSION)}")
        if version < NEWEST_VERSION and not may_be_older:
            raise InputError(f"{found}: {_OLDER.format(version, NEWEST_VERSION)}")
        return found

    def is_current(self) -> bool:
        """Whether the store answers, and its tables are still those of this program."""
        with self.reading() as unit:
            return version_of(unit.connection) == NEWEST_VERSION

    def __str__(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A transaction that writes; an exception undoes all of it.

        Raises   StoreError where the database cannot be reached or is written by another for long.
        """
        turn = self._turns.turn() if is_sqlite(self.engine) else nullcontext()
        with turn, _told(), self.engine.begin() as connection:
            unit = Unit(connection, self.clock())
            yield unit
            unit.receipts = unit.close()

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """What is known at one moment; nothing can be written by it."""
        options: dict[str, Any] = {"reads": True}
        if not is_sqlite(self.engine):
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with _told(), self.engine.connect().execution_options(**options) as connection:
            unit = Unit(connection, self.clock())
            yield unit
            connection.rollback()

    def attempt(self, work: Callable[[Unit], Any]) -> tuple[Any, list[Receipt]]:
        """Work in a unit, done again where another command came in between."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                with self.unit() as unit:
                    found = work(unit)
                return found, unit.receipts
            except StoreError as problem:
                if not left or _state(problem) not in _TRY_AGAIN:
                    raise
        raise AssertionError

    def anchor(self, *, by: str = "", role: str = "") -> Receipt:
        """Bind the heads of all chains, and every row since the last anchor, into one row.

        Heads are written to anchors.txt outside the database as well.
        Raises   StoreError, also where anchors.txt cannot be written.
        """
        with _outside(), self.unit() as unit:
            heads, last = unit.heads(lock=True), last_anchor(unit.connection)
            found = rows_between(unit.connection, last, heads)
            rows = [hash_ for own in found.values() for hash_ in own]
            body: dict[str, Any] = {"command": "anchor", "by": by, "role": role}
            body |= {"table": "anchor", "heads": heads, "rows": len(rows), "root": root(rows)}
            # Written while they are held, so that a head that was anchored is outside in any case.
            known = last["heads"] if last else {}
            moved = {one: head for one, head in heads.items() if list(head) != known.get(one)}
            write_outside(self.folder, moved, unit.at)
            receipt = unit.anchor(body)
        with _outside():
            write_outside(self.folder, {TRIAL: (receipt.n, receipt.hash)}, unit.at)
        self._anchored["at"] = unit.at
        return receipt

    def anchor_in_time(self, now: dt.datetime, *, at_once: bool = False) -> str:
        """An anchor after a command, where one is due; why there is none where it failed.

        The command is done by then, and stays done.
        """
        try:
            if at_once or self._is_due(now):
                self.anchor(role="system")
        except StoreError as problem:
            return f"no anchor: {problem}"
        return ""

    def _is_due(self, now: dt.datetime) -> bool:
        if not is_due(self._anchored or None, now):
            return False
        with self.reading() as unit:  # another server may have made one
            self._anchored.update(last_anchor(unit.connection) or {})
        return is_due(self._anchored or None, now)

    def grant_to(self, role: str) -> None:
        """On PostgreSQL, what the role of the service may do: change no row that was written."""
        if not role.replace("_", "").isalnum():
            raise InputError(f"{role!r} is no name of a role")
        with self.engine.begin() as connection:
            grant(connection, role)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OperationalError, IntegrityError, DBAPIError) as problem:
        said = str(problem.orig).strip().splitlines()[0] if problem.orig else "is not there"
        raise StoreError(f"nothing was written: the store says: {said}") from problem


@contextmanager
def _outside() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StoreError(f"{ANCHORS} cannot be written: {problem.strerror}") from problem


def _state(problem: StoreError) -> str:
    cause = getattr(problem.__cause__, "orig", None)
    return str(getattr(cause, "sqlstate", "") or "")
