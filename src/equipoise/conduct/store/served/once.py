"""A transaction that only reads, in which the store is asked for the same thing once.

What it answers is what was known when the transaction began, so that an answer stays right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Unit

_MOST_AT_ONCE = 500  # names in one question


class ReadOnce(Unit):
    """Reads without a lock, which a transaction that only reads cannot take, and remembers."""

    def __init__(self, connection: Connection, now: dt.datetime) -> None:
        super().__init__(connection, now)
        self._one: dict[tuple[Any, ...], Stored | None] = {}
        self._some: dict[tuple[Any, ...], list[Stored]] = {}
        self._of: dict[tuple[str, str], dict[str, list[Stored]]] = {}

    def learn(self, table: str, column: str, names: Iterable[str], rows: Iterable[Stored]) -> None:
        """Rows that were read at once: all that there are of each of these names."""
        known = self._of.setdefault((table, column), {})
        known |= {name: [] for name in names}
        for one in rows:
            known[one[column]].append(one)

    def learn_row(self, table: str, row: Stored | None, *key: str | int) -> None:
        """A record that was read with others, or None where there is none."""
        self._one[table, *key] = row

    def row(self, table: str, *key: str | int, lock: bool = False) -> Stored | None:
        asked = (table, *key)
        if asked not in self._one:
            self._one[asked] = super().row(table, *key)
        return self._one[asked]

    def rows(self, table: str, **equal: Any) -> list[Stored]:
        if table == "value" and [*equal] == ["form"]:
            self._learn_values(equal["form"])
        for column, name in equal.items():
            known = self._of.get((table, column), {})
            if name in known:
                rest = [(k, value) for k, value in equal.items() if k != column]
                return [one for one in known[name] if all(one[k] == v for k, v in rest)]
        asked = (table, *sorted(equal.items()))
        if asked not in self._some:
            self._some[asked] = super().rows(table, **equal)
        return self._some[asked]

    def count(self, table: str, **equal: Any) -> int:
        is_known = any(name in self._of.get((table, k), {}) for k, name in equal.items())
        return len(self.rows(table, **equal)) if is_known else super().count(table, **equal)

    def _learn_values(self, form: str) -> None:
        """The values of all forms of a form's subject, with those of the form."""
        if form in self._of.get(("value", "form"), {}):
            return
        forms = [one["id"] for one in self.rows("form", subject=form.rpartition("/")[0])]
        self.learn_values(forms if form in forms else [form])

    def learn_values(self, forms: Sequence[str]) -> None:
        """The values of several forms."""
        found = (one for several in values_of(self, forms).values() for one in several.values())
        self.learn("value", "form", forms, found)


def unlocked(unit: Unit) -> ReadOnce:
    """The same transaction, for rules that lock what they ask about before they write."""
    return unit if isinstance(unit, ReadOnce) else ReadOnce(unit.connection, unit.now)


def values_of(unit: Unit, forms: Sequence[str]) -> dict[str, dict[str, Stored]]:
    """Form -> item -> value, of several forms."""
    values, found = TABLES["value"], dict[str, dict[str, Stored]]()
    for start in range(0, len(forms), _MOST_AT_ONCE):
        asked = select(values).where(values.c.form.in_(forms[start : start + _MOST_AT_ONCE]))
        for one in unit.connection.execute(asked.order_by(values.c.form, values.c.item)).mappings():
            found.setdefault(one["form"], {})[one["item"]] = dict(one)
    return found
