"""The versions of the tables, brought to the newest by Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring a database to a version, in the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def run_script(connection: Connection, version: str) -> None:
    """The statements of a version, as they were written down for this database."""
    file = MIGRATIONS / "versions" / f"{version}.{connection.dialect.name}.sql"
    cursor = connection.connection.cursor()  # whose statements have no parameters to look for
    for statement in file.read_text("utf-8").strip().split("\n\n"):
        cursor.execute(statement)
