"""Whether an audit is whole: every link, every anchor, and what the tables say beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from equipoise.conduct.store.canonical import GENESIS, TRIAL
from equipoise.conduct.store.engine import is_sqlite
from equipoise.conduct.store.merkle import root
from equipoise.conduct.store.state import Recalled, differences

_ANCHOR: Final = '"table":"anchor"'
_AT_ONCE: Final = 20_000
_MOST_TOLD: Final = 1_000  # of one chain; what is wholly wrong need not be told row by row


@dataclass(frozen=True, slots=True)
class Audited:
    """What was looked at, and everything that is wrong with it."""

    rows: int
    chains: int
    anchors: int
    faults: tuple[str, ...]

    def in_words(self) -> str:
        """The count on one line, after a line for each fault."""
        whole = f"{self.rows:,} rows, {self.chains} chains, {len(self.faults)} faults"
        return "\n".join([*self.faults, whole])


def audited(connection: Connection, *, outside: Sequence[str] = (), tables: bool = True) -> Audited:
    """Verify every chain of a store, and that its tables hold what the audit says.

    outside : lines of anchors.txt, which was kept elsewhere; only they find a chain that was cut
    or written anew
    tables : whether to rebuild every record from the audit and compare it with its table
    Checked  tests/unit/conduct/store/test_verify.py; tests/mutants/test_store_mutants.py.
    """
    heads = {one[0]: (one[1], one[2]) for one in _raw(connection, "SELECT id, n, hash FROM chain")}
    state, known, faults, counted = Recalled(), dict[str, list[str]](), list[str](), 0
    anchors: list[dict[str, Any]] = []
    for chain in _chains(connection, heads):
        rows = _rows(connection, chain)
        found = list(walked(chain, rows, known, anchors, state if tables else None))
        if heads.get(chain, (0, GENESIS)) != (len(known[chain]), ([GENESIS, *known[chain]])[-1]):
            found.append(f"{chain}: its head is not its last row")
        faults += found[:_MOST_TOLD]
        counted += len(known[chain])
    faults += _inside(anchors, known)
    faults += from_outside(outside, known)
    if tables and not faults:
        faults += differences(connection, state)
    return Audited(counted, len(known), len(anchors), tuple(faults))


def walked(
    chain: str,
    rows: Iterator[Sequence[Any]],
    known: dict[str, list[str]],
    anchors: list[dict[str, Any]],
    state: Recalled | None,
) -> Iterator[str]:
    """Each fault of one chain; its hashes, anchors and records are noted on the way."""
    hashed, loads, here = hashlib.sha256, json.loads, known.setdefault(chain, [])
    prev, expected = GENESIS, 1
    for n, before, body, told in rows:
        if n != expected:
            yield f"{chain} row {expected}: is missing"
            expected = n
        elif before != prev:
            yield f"{chain} row {n}: does not follow the row before"
        if hashed(f"{before}\n{chain}\n{n}\n{body}".encode()).hexdigest() != told:
            yield f"{chain} row {n}: is not as it was written"
        elif state is not None or (chain == TRIAL and _ANCHOR in body):
            read = loads(body)
            if read["table"] == "anchor":
                anchors.append(read | {"n": n})
            elif state is not None:
                state.add(read)
        here.append(told)
        prev, expected = told, expected + 1


def _inside(anchors: Sequence[dict[str, Any]], known: dict[str, list[str]]) -> Iterator[str]:
    """Faults of what anchors say: heads that are not, rows that their root does not hold."""
    before: dict[str, int] = {}
    for one in anchors:
        heads = one["heads"]
        leaves = []
        for chain in sorted(heads):
            n, told = heads[chain]
            own = known.get(chain, [])
            if n and (len(own) < n or own[n - 1] != told):
                yield f"{chain} row {n}: is not what was anchored at {one['at']}"
            leaves += own[before.get(chain, 0) : n]
            before[chain] = n
        if root(leaves) != one["root"]:
            yield f"{TRIAL} row {one['n']}: the anchor of {one['at']} does not hold its rows"


def from_outside(lines: Sequence[str], known: dict[str, list[str]]) -> Iterator[str]:
    """Faults that only an anchor kept elsewhere shows."""
    for line in lines:
        parts = line.rstrip("\n").split("\t")
        if len(parts) != 4 or not parts[2].isdigit():
            yield f"{line.strip()!r} is no line of anchors.txt"
            continue
        at, chain, n, told = parts
        own = known.get(chain, [])
        if int(n) and (len(own) < int(n) or own[int(n) - 1] != told):
            yield f"{chain} row {n}: is not what was anchored outside at {at}"


def _chains(connection: Connection, heads: dict[str, Any]) -> list[str]:
    found = {one[0] for one in _raw(connection, "SELECT DISTINCT chain FROM audit")}
    return sorted(found | set(heads))


def _rows(connection: Connection, chain: str) -> Iterator[Sequence[Any]]:
    mark = "?" if is_sqlite(connection) else "%s"
    asked = f"SELECT n, prev, body, hash FROM audit WHERE chain = {mark} ORDER BY n"
    return _raw(connection, asked, (chain,))


def _raw(connection: Connection, asked: str, given: tuple[Any, ...] = ()) -> Iterator[Any]:
    """Rows as the driver hands them out: a million of them have no need of more."""
    raw: Any = connection.connection.driver_connection
    if is_sqlite(connection):
        yield from raw.execute(asked, given)
        return
    with raw.cursor(name="equipoise_audit") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(asked, given)
        yield from cursor
