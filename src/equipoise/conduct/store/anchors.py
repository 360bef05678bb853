"""What binds all chains at one moment, and the way from one row to it.

An anchor is a row of the trial's chain with every head and the Merkle root of the rows since the
anchor before; the heads are written to anchors.txt, outside the database, as well.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from equipoise.conduct.store.canonical import TRIAL, moment
from equipoise.conduct.store.merkle import path
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Head
from equipoise.errors import InputError

ANCHORS: Final = "anchors.txt"
ANCHOR_EVERY: Final = dt.timedelta(minutes=15)
_IS_ANCHOR: Final = '"table":"anchor"'

Anchor = Mapping[str, Any]


def last_anchor(connection: Connection) -> Anchor | None:
    """The body of the last anchor."""
    return next((body for _, body in _anchors(connection, newest_first=True)), None)


def is_due(last: Anchor | None, now: dt.datetime) -> bool:
    """Whether the last anchor is too long ago."""
    return last is None or now - moment(last["at"]) >= ANCHOR_EVERY


def rows_between(
    connection: Connection, before: Anchor | None, heads: Mapping[str, Any]
) -> dict[str, list[str]]:
    """The hashes of each chain's rows after an anchor and up to these heads."""
    known = before["heads"] if before else {}
    audit, found = TABLES["audit"], {}
    for chain in sorted(heads):
        asked = select(audit.c.hash).where(audit.c.chain == chain, audit.c.n <= heads[chain][0])
        asked = asked.where(audit.c.n > known.get(chain, [0])[0]).order_by(audit.c.n)
        found[chain] = list(connection.execute(asked).scalars())
    return found


def way_to_anchor(connection: Connection, chain: str, n: int) -> dict[str, Any]:
    """The path of a row to the first anchor that holds it, and that anchor.

    Raises   InputError where none holds it yet.
    """
    before: Anchor | None = None
    for row, body in _anchors(connection):
        if body["heads"].get(chain, [0])[0] >= n:
            rows = rows_between(connection, before, body["heads"])
            known = before["heads"] if before else {}
            place = sum(len(rows[one]) for one in rows if one < chain)
            place += n - known.get(chain, [0])[0] - 1
            leaves = [hash_ for one in sorted(rows) for hash_ in rows[one]]
            return {"path": [list(step) for step in path(leaves, place)], "anchor": row}
        before = body
    raise InputError(
        f"{chain} row {n}: no anchor holds it yet; `equipoise conduct anchor` makes one"
    )


def allocation_row(connection: Connection, subject: str, chain: str) -> dict[str, Any]:
    """The row of a site's chain that tells of a subject's allocation. Raises InputError."""
    audit = TABLES["audit"].c
    asked = select(audit.chain, audit.n, audit.prev, audit.body, audit.hash)
    asked = asked.where(audit.subject == subject, audit.chain == chain)
    asked = asked.where(audit.body.contains('"table":"allocation",', autoescape=True))
    found = connection.execute(asked.order_by(audit.n)).first()
    if found is None:
        raise InputError(f"{subject} is not randomized")
    return dict(found._mapping)


def write_outside(folder: Path, lines: Mapping[str, Head], at: str) -> None:
    """Heads of chains onto the end of anchors.txt, on the disk before this returns."""
    told = "".join(f"{at}\t{chain}\t{n}\t{hash_}\n" for chain, (n, hash_) in sorted(lines.items()))
    with (folder / ANCHORS).open("a+b") as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            told = told if out.read(1) == b"\n" else f"\n{told}"  # a loss of power tears a line
        out.write(told.encode("ascii"))
        out.flush()
        os.fsync(out.fileno())


def _anchors(
    connection: Connection, *, newest_first: bool = False
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each anchor, as its row and as what the row says."""
    audit = TABLES["audit"].c
    asked = select(audit.chain, audit.n, audit.prev, audit.body, audit.hash)
    asked = asked.where(audit.chain == TRIAL, audit.body.contains(_IS_ANCHOR, autoescape=True))
    asked = asked.order_by(audit.n.desc() if newest_first else audit.n)
    for row in connection.execute(asked.limit(1) if newest_first else asked):
        yield dict(row._mapping), json.loads(row.body)
