"""The versions of the tables, brought to the newest by Alembic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from equipoise.conduct.store.engine import is_sqlite
from equipoise.conduct.store.guards import of_table

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_MARKED: Final = re.compile(r'-- (append only|kept)\nCREATE TABLE "?(\w+)"?')


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring a database to a version, in the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def run_script(connection: Connection, version: str) -> None:
    """The statements of a version, and the guards of each table that is marked.

    A table that is `append only` or `kept` says so in the line before it.
    """
    file = MIGRATIONS / "versions" / f"{version}.sql"
    for statement in file.read_text("utf-8").strip().split("\n\n"):
        run(connection, statement if is_sqlite(connection) else _of_postgresql(statement))
        if found := _MARKED.match(statement):
            for guard in of_table(connection, found[2], append_only=found[1] == "append only"):
                run(connection, guard)


def run(connection: Connection, statement: str) -> None:
    """One statement as it is: with no parameters to look for."""
    connection.connection.cursor().execute(statement)


def _of_postgresql(statement: str) -> str:
    """The same statement, where what is read out of a body is kept beside it."""
    return statement.replace("(body ->>", "(body::jsonb ->>").replace("VIRTUAL", "STORED")
