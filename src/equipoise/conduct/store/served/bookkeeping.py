"""Rows of bookkeeping: sessions, secrets, failed attempts, which the audit does not tell."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from equipoise.conduct.store.tables import BOOKKEEPING, TABLES
from equipoise.conduct.store.unit import Unit


def keep(unit: Unit, table: str, *key: str | int, **cells: Any) -> None:
    """Set the cells of a row of bookkeeping, which is made if it is not there.

    Raises   ValueError for a table that is audited: only a command writes there.
    """
    if table not in BOOKKEEPING:
        raise ValueError(f"{table} is audited")
    named = dict(zip((c.name for c in TABLES[table].primary_key.columns), key, strict=True))
    if unit.row(table, *key, lock=True) is None:
        unit.note(table, **named, **cells)
        return
    where = [TABLES[table].c[name] == value for name, value in named.items()]
    unit.connection.execute(update(TABLES[table]).where(*where).values(**cells))
    unit.forget()
