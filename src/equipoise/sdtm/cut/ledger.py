"""What a cut took away or made unknown, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

_SCHEMA = {"domain": pl.String, "reason": pl.String, "rows": pl.Int64, "subjects": pl.Int64}


def excluded(entries: Sequence[Any]) -> pl.DataFrame:
    """(domain, reason, rows, subjects) of each entry, in their order."""
    return pl.DataFrame(entries, schema=_SCHEMA, orient="row")


class Ledger:
    """Counts by domain and reason, as they happen during one cut."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, int, int]] = []

    def drop(
        self, table: pl.DataFrame, goes: pl.Series, *, domain: str, reason: str
    ) -> pl.DataFrame:
        """The rows that stay; those that go are counted."""
        return table.filter(~goes) if self._count(table, goes, domain, reason) else table

    def change(
        self,
        table: pl.DataFrame,
        where: pl.Series,
        values: Mapping[str, pl.Expr | str | None],
        *,
        domain: str,
        reason: str,
    ) -> pl.DataFrame:
        """The table with `values` in the columns it has of them, where `where`; counted."""
        if not self._count(table, where, domain, reason):
            return table
        mask = pl.lit(where)
        return table.with_columns(
            pl.when(mask)
            .then(value if isinstance(value, pl.Expr) else pl.lit(value))
            .otherwise(pl.col(name))
            .cast(table.schema[name])
            .alias(name)
            for name, value in values.items()
            if name in table.columns
        )

    def frame(self) -> pl.DataFrame:
        """(domain, reason, rows, subjects), sorted by domain."""
        frame = excluded(self._entries)
        return frame.sort("domain", maintain_order=True)

    def _count(self, table: pl.DataFrame, where: pl.Series, domain: str, reason: str) -> int:
        rows = int(where.sum())
        if rows:
            subjects = table["USUBJID"].filter(where).n_unique()
            self._entries.append((domain, reason, rows, subjects))
        return rows
