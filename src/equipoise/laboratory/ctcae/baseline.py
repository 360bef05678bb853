"""Which value is a test's baseline, and the baseline in another value's unit: one rule for all."""

from __future__ import annotations

import polars as pl

from equipoise.laboratory.ctcae.terms import DIGITS
from equipoise.laboratory.units import factor


def last_before(rows: pl.DataFrame, *key: str) -> pl.DataFrame:
    """The baseline of each combination of `key`: its last row with a value up to the first dose.

    rows : AVAL, ADT and TRTSDT (pl.Date), sorted in time within each key
    Source   ADaMIG 1.3, section 3.3.8 (ABLFL).
    """
    could = pl.col("AVAL").is_not_null() & (pl.col("ADT") <= pl.col("TRTSDT")).fill_null(False)
    return rows.filter(could).unique(key, keep="last", maintain_order=True)


def baseline_here(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with _BASE, the baseline value _BVALUE (unit _BHERE) in the row's own unit _HERE.

    Null where one unit cannot be turned into the other.
    """
    apart = rows.filter(
        pl.col("_BHERE").ne_missing(pl.col("_HERE")) & pl.col("_BVALUE").is_not_null()
    )
    if apart.is_empty():
        return rows.with_columns(_BASE="_BVALUE")
    keys = ["LBTESTCD", "_BHERE", "_HERE"]
    found = []
    for test, here, there in apart.select(keys).unique(maintain_order=True).rows():
        times = factor(test, from_=here, to=there) if here and there else None
        found.append((test, here, there, None if times is None else float(times)))
    schema = {**dict.fromkeys(keys, pl.String), "_X": pl.Float64}
    table = pl.DataFrame(found, schema=schema, orient="row")
    rows = rows.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    same = pl.col("_BHERE").eq_missing(pl.col("_HERE"))
    other = (pl.col("_BVALUE") * pl.col("_X")).round_sig_figs(DIGITS)
    return rows.with_columns(_BASE=pl.when(same).then("_BVALUE").otherwise(other)).drop("_X")
