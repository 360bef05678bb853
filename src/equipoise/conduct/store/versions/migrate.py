"""The versions of the tables: one numbered file of SQL each, none edited after a release.

A file brings a store from the version before to its own. It adds: no table and no column is ever
taken away, so that a backup of any version holds all that there is to keep.
Checked  tests/unit/conduct/store/test_upgrade.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, inspect, text

from equipoise.conduct.store.engine import DB_SCHEMA, is_sqlite
from equipoise.conduct.store.guards import before_all, of_chains, of_table

MIGRATIONS: Final = Path(__file__).parent
VERSIONS: Final = tuple(sorted(file.stem for file in MIGRATIONS.glob("*.sql")))
NEWEST_VERSION: Final = VERSIONS[-1]
_MARKED: Final = re.compile(r'-- (append only|kept)\nCREATE TABLE "?(\w+)"?')
# Versions were not counted at first: these stores all say 0001, and their tables say which it is.
UNCOUNTED: Final = "0001"
_TOLD_BY_TABLE: Final = (
    ("outbox", "0005"),
    ("api_token", "0004"),
    ("session", "0003"),
    ("envelope", "0002"),
)
LAST_UNCOUNTED: Final = _TOLD_BY_TABLE[0][1]
_FIRST: Final = "INSERT INTO store_version (version) VALUES (:to)"


class VersionStep(NamedTuple):
    """A version that a store was brought to, and what it is about."""

    version: str
    brings: str


def version_of(connection: Connection) -> str | None:
    """The version of the tables that a database holds; None where it holds no store."""
    tables = _tables(connection)
    if "audit" not in tables:
        return None
    if "store_version" in tables:
        return str(connection.execute(text("SELECT version FROM store_version")).scalar_one())
    return next((version for table, version in _TOLD_BY_TABLE if table in tables), UNCOUNTED)


def columns_of(connection: Connection) -> dict[str, set[str]]:
    """The tables that are there, each with the names of its columns."""
    schema = None if is_sqlite(connection) else DB_SCHEMA
    found = inspect(connection).get_multi_columns(schema=schema)
    return {table: {str(one["name"]) for one in own} for (_, table), own in found.items()}


def bring_up(connection: Connection, *, to: str = NEWEST_VERSION) -> list[VersionStep]:
    """Bring a database to a version, in the transaction that is open; what was done."""
    known = version_of(connection) or ""
    steps = [_brought(connection, one) for one in VERSIONS if known < one <= to]
    if "store_version" in _tables(connection):
        had = connection.execute(text("SELECT count(*) FROM store_version")).scalar_one()
        how = "UPDATE store_version SET version = :to" if had else _FIRST
        connection.execute(text(how), {"to": to})
    return steps


def _tables(connection: Connection) -> set[str]:
    schema = None if is_sqlite(connection) else DB_SCHEMA
    return set(inspect(connection).get_table_names(schema=schema))


def _brought(connection: Connection, version: str) -> VersionStep:
    """One version: its statements, and the guards of each table that is marked.

    A table that is `append only` or `kept` says so in the line before it.
    """
    is_first = version == VERSIONS[0]
    head, *statements = (MIGRATIONS / f"{version}.sql").read_text("utf-8").strip().split("\n\n")
    for statement in before_all(connection) if is_first else ():
        _run(connection, statement)
    for statement in statements:
        _run(connection, statement if is_sqlite(connection) else _of_postgresql(statement))
        if found := _MARKED.match(statement):
            for guard in of_table(connection, found[2], append_only=found[1] == "append only"):
                _run(connection, guard)
    for statement in of_chains(connection) if is_first else ():
        _run(connection, statement)
    return VersionStep(version, head.removeprefix("-- ").removesuffix("."))


def _run(connection: Connection, statement: str) -> None:
    """One statement as it is: with no parameters to look for."""
    connection.connection.cursor().execute(statement)


def _of_postgresql(statement: str) -> str:
    """The same statement, where what is read out of a body is kept beside it."""
    return statement.replace("(body ->>", "(body::jsonb ->>").replace("VIRTUAL", "STORED")
