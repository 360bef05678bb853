"""One transaction: what is read under lock, what is changed, and a row of the audit for each.

Nothing else writes. A change that is made here is in the audit, with the value before and the
value after, empty ones as well; one made elsewhere is refused by the database or found by `verify`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, func, select

from equipoise.conduct.store.bodies import ChangedRecord, RecordKey, Stored, Who, told_of
from equipoise.conduct.store.canonical import TRIAL, canonical, link, stamp
from equipoise.conduct.store.tables import (
    TABLES,
    by_key,
    by_values,
    counted,
    inserting,
    keys_of,
    updating,
)

Head = tuple[int, str]
_MOST_KEPT: Final = 100  # rows of one question that are held on to


class Receipt(NamedTuple):
    """Where in the audit something stands."""

    chain: str
    n: int
    hash: str


_OF_VALUE: Final = ("kind", "value", "unit", "missing")


class Unit:
    """What one or several commands do to the store, all of it or nothing.

    site, subject : whose rows are changed, on that site's chain; central : tables on the trial's

    What was read is not asked for again until something is written or waited for.
    """

    def __init__(self, connection: Connection, now: dt.datetime) -> None:
        self.connection, self.now = connection, now
        self.who = Who("", "", "")
        self.site = self.subject = ""
        self.central: frozenset[str] = frozenset()
        self.receipts: list[Receipt] = []
        self.audited: list[Callable[[list[Receipt]], None]] = []  # told where the audit tells of it
        self._read: dict[Any, Any] = {}
        self._open: dict[tuple[str, RecordKey], ChangedRecord] = {}
        self._done: list[tuple[str, RecordKey, ChangedRecord]] = []

    @property
    def at(self) -> str:
        return stamp(self.now)

    def row(self, table: str, *key: str | int, lock: bool = False) -> Stored | None:
        """One record, or None; with `lock` nobody else changes it until this is over."""
        if lock:
            self._read.clear()
        found = self.once((table, *key), lambda: self._row(table, key, lock))
        return None if found is None else dict(found)

    def rows(self, table: str, **equal: Any) -> list[Stored]:
        """The records with these values, in the order of their keys."""
        asked = (table, *equal.items())
        if asked not in self._read:
            found = self.connection.execute(by_values(table, tuple(equal)), equal)
            rows = [dict(one._mapping) for one in found]
            if len(rows) > _MOST_KEPT:
                return rows
            self._read[asked] = rows
        return [dict(one) for one in self._read[asked]]

    def forget(self) -> None:
        """Ask again for what was read: it was changed beside this."""
        self._read.clear()

    def once(self, name: Any, read: Callable[[], Any]) -> Any:
        """What was read under this name, or is now."""
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]

    def count(self, table: str, **equal: Any) -> int:
        return int(self.connection.execute(counted(table, tuple(equal)), equal).scalar_one())

    def tally(self, table: str, *names: str, **equal: Any) -> dict[tuple[str, ...], int]:
        """How many records have each combination of values."""
        columns = [TABLES[table].c[name] for name in names]
        asked = select(*columns, func.count()).group_by(*columns)
        where = [TABLES[table].c[name] == value for name, value in equal.items()]
        found = self.connection.execute(asked.where(*where))
        return {tuple(one[:-1]): one[-1] for one in found}

    def note(self, table: str, **cells: Any) -> None:
        """A row of bookkeeping, which the audit does not tell."""
        self._read.clear()
        self.connection.execute(inserting(table), cells)

    def insert(self, table: str, **cells: Any) -> Stored:
        """A new record. Raises what the database raises where there is such a record."""
        self._read.clear()
        self.connection.execute(inserting(table), cells)
        for name, value in cells.items():
            self._tell(table, _key_of(table, cells), name, None, value)
        return cells

    def change(self, table: str, before: Mapping[str, Any], **cells: Any) -> Stored:
        """A record that was read, changed; its revision rises. Nothing is done where nothing is."""
        new = {name: value for name, value in cells.items() if before[name] != value}
        if not new:
            return dict(before)
        if "revision" in before:
            new["revision"] = before["revision"] + 1
        key = _key_of(table, before)
        self._read.clear()
        self.connection.execute(updating(table, tuple(new)), {**_bound(table, key), **new})
        for name, value in new.items():
            self._tell(table, key, name, before[name], value)
        return {**before, **new}

    def value(self, form: str, item: str, new: Mapping[str, Any]) -> bool:
        """An item of a form: kind, value, unit and why it is missing. True if that is a change."""
        before = self.row("value", form, item)
        if before is None:
            self.values(form, {item: new})
            return True
        told = [[one[part] for part in _OF_VALUE] for one in (before, new)]
        if told[0] == told[1]:
            return False
        cells = {"by": self.who.by, "revision": before["revision"] + 1}
        cells |= dict(zip(_OF_VALUE, told[1], strict=True))
        self._read.clear()
        self.connection.execute(
            updating("value", tuple(cells)), {**_bound("value", (form, item)), **cells}
        )
        self._record("form", (form,)).values[item] = told
        return True

    def values(self, form: str, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Items of a form that are not there yet."""
        self._read.clear()
        rest = {"form": form, "by": self.who.by, "revision": 1}
        rows = [{**rest, "item": item, **new} for item, new in told.items()]
        if rows:
            self.connection.execute(inserting("value"), rows)
        for item, new in told.items():
            self._record("form", (form,)).values[item] = [None, [new[one] for one in _OF_VALUE]]

    def end(self) -> None:
        """One command is over: what comes next is another's."""
        self._done += [(table, key, one) for (table, key), one in self._open.items()]
        self._open = {}

    def close(self) -> list[Receipt]:
        """Write the audit of all that was done, chains of sites before that of the trial."""
        self.end()
        parts = [one for done in self._done for one in told_of(*done)]
        self._done = []
        receipts = self._append(parts)
        for told in self.audited:
            told(receipts)
        return receipts

    def anchor(self, body: Stored) -> Receipt:
        """A row of the trial's chain that no record stands behind."""
        return self._append([(TRIAL, body)])[0]

    def heads(self, *, lock: bool = False) -> dict[str, Head]:
        """The last number and hash of each chain."""
        chain = TABLES["chain"]
        asked: Select[Any] = select(chain).order_by(chain.c.id)
        self._read.clear()
        found = self.connection.execute(asked.with_for_update() if lock else asked)
        return {one.id: (one.n, one.hash) for one in found}

    def hold(self, chain: str) -> None:
        """Nobody else adds to a chain until this is over."""
        self._head(chain)

    def begin_chain(self, chain: str, genesis: str) -> None:
        """A chain that is not there yet, empty."""
        self.note("chain", id=chain, n=0, hash=genesis, at=self.at)

    def _append(self, parts: list[tuple[str, Stored]]) -> list[Receipt]:
        chains = sorted({chain for chain, _ in parts}, key=lambda c: (c == TRIAL, c))
        heads = {chain: self._head(chain) for chain in chains}
        at = max([self.at, *(head["at"] for head in heads.values())])
        told = {"at": at} if at == self.at else {"at": at, "clock": self.at}
        written, receipts = [], []
        for chain, body in parts:
            head = heads[chain]
            text, n = canonical({**body, **told, "v": 1}), head["n"] + 1
            head["prev"], head["n"] = head["hash"], n
            head["hash"] = link(head["prev"], chain, n, text)
            row = {"chain": chain, "n": n, "prev": head["prev"], "body": text}
            written.append({**row, "hash": head["hash"]})
            receipts.append(Receipt(chain, n, head["hash"]))
        if written:
            self.connection.execute(inserting("audit"), written)
        return receipts

    def _head(self, chain: str) -> Stored:
        found = self.row("chain", chain, lock=True)
        if found is None:
            raise LookupError(f"there is no chain {chain}")
        return found

    def _row(self, table: str, key: RecordKey, lock: bool) -> Stored | None:
        found = self.connection.execute(by_key(table, lock), _bound(table, key)).first()
        return None if found is None else dict(found._mapping)

    def _record(self, table: str, key: RecordKey) -> ChangedRecord:
        if (table, key) not in self._open:
            site = "" if table in self.central else self.site
            self._open[table, key] = ChangedRecord(self.who, site, self.subject, {}, {})
        return self._open[table, key]

    def _tell(self, table: str, key: RecordKey, name: str, before: Any, after: Any) -> None:
        columns = self._record(table, key).columns
        columns[name] = [columns[name][0] if name in columns else before, after]


def _key_of(table: str, cells: Mapping[str, Any]) -> RecordKey:
    return tuple(cells[name] for name in keys_of(table))


def _bound(table: str, key: RecordKey) -> Stored:
    return {f"key_{name}": part for name, part in zip(keys_of(table), key, strict=True)}
