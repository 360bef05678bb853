"""Several trials derived as one table each, and taken apart again.

What is derived of a subject rests on that subject's records alone, so that trials can lie one under
the other; deriving costs by the table more than by the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

_DIGITS = 6
_MARK = _DIGITS + 1  # characters before a subject's own name


def derive_each(snapshots: Sequence[Snapshot], *, protocol: Protocol) -> list[ADaM]:
    """The analysis datasets of each snapshot, as `derive` gives them, but for its findings.

    snapshots : of one protocol, every date of them whole (as virtual patients have them): a
        cut-off bounds only what is partial
    Checked  tests/twins/test_together.py
    """
    if len(snapshots) < 2:
        return [replace(derive(one, protocol=protocol), findings=()) for one in snapshots]
    found = derive(_stacked(snapshots), protocol=protocol)
    parts = {name: _apart(table, len(snapshots)) for name, table in found.tables.items()}
    return [
        ADaM({name: some[k] for name, some in parts.items()}, snapshot, protocol)
        for k, snapshot in enumerate(snapshots)
    ]


def _stacked(snapshots: Sequence[Snapshot]) -> Snapshot:
    """One snapshot with the subjects of all, each under a name of its own."""
    names = dict.fromkeys(name for one in snapshots for name in one.tables)
    tables = {
        name: pl.concat(
            [
                one.tables[name].with_columns(USUBJID=pl.lit(_mark(k)) + pl.col("USUBJID"))
                if "USUBJID" in one.tables[name].columns
                else one.tables[name]
                for k, one in enumerate(snapshots)
                if name in one.tables
            ],
            how="diagonal_relaxed",
        )
        for name in names
    }
    return replace(snapshots[0], date=None, tables=tables, collected=None, findings=())


def _mark(k: int) -> str:
    return f"{k:0{_DIGITS}d}|"


def _apart(table: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """The rows of each trial, their subjects under their own names again."""
    mine = table.with_columns(
        pl.col("USUBJID").str.slice(0, _DIGITS).cast(pl.Int64).alias(" trial"),
        pl.col("USUBJID").str.slice(_MARK),
    )
    parts = mine.partition_by(" trial", include_key=False, as_dict=True)
    return [parts.get((k,), table.clear()) for k in range(count)]
