"""Which arm of the protocol a row of DM names: by its code, label or key, whatever the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from equipoise.protocol.model import Protocol

PLANNED = ("ARMCD", "ARM")
ACTUAL = ("ACTARMCD", "ACTARM")


@dataclass(frozen=True, slots=True)
class KnownArms:
    """The arms that are known, and every word by which data may call each.

    words : arm -> its words, the one that people read first
    codes : arms of which a code is known
    """

    words: Mapping[str, tuple[str, ...]]
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, protocol: Protocol) -> KnownArms:
        """The arms of a protocol: each by its label, its code and its key."""
        words = {
            key: tuple(dict.fromkeys(filter(None, (arm.label, arm.code, key))))
            for key, arm in protocol.arms.items()
        }
        return cls(words, frozenset(key for key, arm in protocol.arms.items() if arm.code))

    @classmethod
    def named(cls, names: Collection[str]) -> KnownArms:
        """Arms of which one word each is known."""
        return cls({name: (name,) for name in sorted(names)})

    @property
    def listed(self) -> list[str]:
        """Every arm by the words for it, as people read them: Active (A)."""
        return [
            f"{first} ({', '.join(others)})" if others else first
            for first, *others in self.words.values()
        ]

    def spoken(self) -> list[str]:
        """Every word, for the nearest one."""
        return [word for words in self.words.values() for word in words]

    def found(self, table: pl.DataFrame, columns: Collection[str] = PLANNED) -> pl.DataFrame:
        """The arm that each of the columns names, null where it names none.

        columns : those that the table lacks name none
        Returns  (n, len(columns)) frame of arm keys
        """
        arm_of = {folded(word): key for key, words in self.words.items() for word in words}
        exact = {word: key for key, words in self.words.items() for word in words}
        return table.select(_keyed(table, name, exact, arm_of) for name in columns)

    def keys(self, table: pl.DataFrame, columns: Collection[str] = PLANNED) -> pl.Series:
        """The arm of each row: that of the first column that names one; null for none."""
        return self.found(table, columns).select(pl.coalesce(pl.all())).to_series().rename("arm")


def folded(word: str) -> str:
    """A word as it is compared."""
    return word.strip().casefold()


def _keyed(
    table: pl.DataFrame, name: str, exact: Mapping[str, str], arm_of: Mapping[str, str]
) -> pl.Series:
    if name not in table.columns:
        return pl.Series(name, [None] * table.height, dtype=pl.String)
    said = table[name].cast(pl.String)
    known = {
        word: exact.get(word) or arm_of.get(folded(word))
        for word in said.drop_nulls().unique().to_list()
    }
    return said.replace_strict(known, default=None, return_dtype=pl.String).rename(name)
