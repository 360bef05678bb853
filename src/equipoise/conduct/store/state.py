"""Every record as the audit tells it, now or as it was known at a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from equipoise.conduct.store.canonical import SITE, fingerprint_of, sealed
from equipoise.conduct.store.tables import AUDITED, DIGESTED, SEALED, TABLES, UNTOLD

ANCHORED: Final = "anchor"  # the table of a row that no record stands behind
_PARTS: Final = ("kind", "value", "unit", "missing")
Heads = Mapping[str, tuple[int, str]]


class Recalled:
    """Records put together from rows of the audit, in their order within each chain.

    tables : table -> key -> columns; `value` by form and item, in the order in which they were
    entered, with kind, value, unit, missing
    versions : of the protocol, by their names: the rows, which never change
    """

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {n: {} for n in AUDITED}
        self.disagrees: list[str] = []
        self.versions: dict[str, dict[str, Any]] = {}

    def add(self, body: Mapping[str, Any]) -> None:
        """One row of the audit."""
        table, key = body["table"], tuple(body["key"])
        row = self.tables[table].setdefault(key, {})
        for name, (before, after) in body["change"].items():
            if row.get(name) != before:
                self.disagrees.append(f"{table} {_spelled(key)} {name}: was not {before}")
            row[name] = after
        for item, before, after in body.get("values", ()):
            values, place = self.tables["value"], (*key, item)
            known = values.get(place)
            if (known and [known[part] for part in _PARTS]) != before:
                self.disagrees.append(f"{table} {_spelled(key)} {item}: was not {before}")
            values[place] = dict(zip(_PARTS, after, strict=True))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The records of a table."""
        return list(self.tables[table].values())


class ChainRow(NamedTuple):
    """A row of the audit: where it stands, and what it says."""

    chain: str
    n: int
    hash: str
    body: dict[str, Any]


def audit_rows(
    connection: Connection, *, at: str | None = None, heads: Heads | None = None
) -> Iterator[ChainRow]:
    """The audit up to a moment (`stamp`), or up to these heads.

    The chain of the trial comes first, then those of the sites, each in its own order.
    """
    audit = TABLES["audit"]
    chains = connection.execute(select(TABLES["chain"].c.id)).scalars().all()
    for chain in sorted(chains, key=lambda one: (one.startswith(SITE), one)):
        asked = select(audit.c.n, audit.c.hash, audit.c.body).where(audit.c.chain == chain)
        asked = asked.order_by(audit.c.n)
        if heads is not None:
            asked = asked.where(audit.c.n <= heads.get(chain, (0, ""))[0])
        for n, hash_, body in connection.execute(asked):
            read = json.loads(body)
            if at is not None and read["at"] > at:
                break
            yield ChainRow(chain, n, hash_, read)


def known_at(
    connection: Connection, *, at: str | None = None, heads: Heads | None = None
) -> Recalled:
    """The records as they were known: at a moment (`stamp`), or where the chains had these heads.

    What the audit proves and does not tell, an arm, is read from its row, which never changes.
    """
    found = Recalled()
    for row in audit_rows(connection, at=at, heads=heads):
        if row.body["table"] != ANCHORED:
            found.add(row.body)
    _unsealed(connection, found)
    rows = connection.execute(select(TABLES["protocol_version"])).mappings()
    found.versions = {row["id"]: dict(row) for row in rows}
    return found


def differences(connection: Connection, state: Recalled) -> Iterator[str]:
    """Where a table does not say what the audit says."""
    yield from state.disagrees
    for name in AUDITED:
        table, told = TABLES[name], state.tables[name]
        keys = [column.name for column in table.primary_key.columns]
        seen = 0
        for found in connection.execute(select(table)):
            row = dict(found._mapping)
            key = tuple(row[k] for k in keys)
            expected = told.get(key)
            if expected is None:
                yield f"{name} {_spelled(key)}: is not in the audit"
                continue
            seen += 1
            yield from _unlike(name, key, row, expected)
        if seen < len(told):
            yield f"{name}: {len(told) - seen} records of the audit are not in the table"


def _unlike(
    name: str, key: tuple[Any, ...], row: Mapping[str, Any], told: Mapping[str, Any]
) -> Iterator[str]:
    columns = _PARTS if name == "value" else [c for c in row if c not in UNTOLD]
    for column in columns:
        found, expected = row[column], told.get(column)
        if column in SEALED.get(name, ()) and row["nonce"] and expected is not None:
            found = sealed(found, row["nonce"])
        elif column in DIGESTED and found is not None:
            found = {"sha256": fingerprint_of(found)}
        if found != expected:
            yield f"{name} {_spelled(key)} {column}: is not what the audit says"


def _unsealed(connection: Connection, state: Recalled) -> None:
    told = state.tables["allocation"]
    if not told:
        return
    for row in connection.execute(select(TABLES["allocation"])).mappings():
        key = (row["list"], row["subject"])
        if key in told:
            told[key]["arm"] = row["arm"]


def _spelled(key: tuple[Any, ...]) -> str:
    return " ".join(map(str, key))
