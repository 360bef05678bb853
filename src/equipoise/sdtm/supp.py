"""Supplemental qualifiers: which record a row of SUPP-- belongs to."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl


def orphans(parent: pl.DataFrame, supp: pl.DataFrame) -> pl.Series:
    """Which rows of a supplement (or of RELREC) refer to no record of the parent.

    Returns  (n,) bool, one per row of `supp`
    Source   SDTMIG 3.4, section 8.4.
    Checked  tests/unit/sdtm/test_supp.py
    """
    numbered = supp.with_row_index("row")
    kept = [referring(parent, part, idvar)["row"] for idvar, part in _by_idvar(numbered)]
    found = pl.concat(kept) if kept else pl.Series("row", [], dtype=pl.UInt32)
    return ~numbered["row"].is_in(found.implode())


def referring(parent: pl.DataFrame, supp: pl.DataFrame, idvar: str | None) -> pl.DataFrame:
    """The rows of a supplement, all of one IDVAR, whose record is in `parent`."""
    if not {"USUBJID", idvar or "USUBJID"} <= set(parent.columns):
        return supp.clear()
    if idvar is None:
        return supp.join(parent.select("USUBJID"), on="USUBJID", how="semi")
    keyed = parent.select("USUBJID", pl.col(idvar).alias("value"))
    value = _as_value(idvar, keyed.schema["value"])
    return supp.with_columns(value=value).join(keyed, on=["USUBJID", "value"], how="semi")


def _as_value(idvar: str, dtype: pl.DataType) -> pl.Expr:
    # IDVARVAL is text: "17" and "17.0" both name sequence 17.
    column = pl.col("IDVARVAL")
    return column.cast(pl.Float64, strict=False) if dtype.is_numeric() else column


def _by_idvar(supp: pl.DataFrame) -> Iterator[tuple[str | None, pl.DataFrame]]:
    for (idvar,), part in supp.group_by(["IDVAR"], maintain_order=True):
        yield (None if idvar is None else str(idvar)), part
