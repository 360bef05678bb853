"""Supplemental qualifiers: SUPP-- rows as columns of the table they supplement."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.errors import InputError

_NEEDED = ("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")


def merge_supp(parent: pl.DataFrame, supp: pl.DataFrame) -> pl.DataFrame:
    """The parent table with one more text column for each QNAM.

    parent : a domain's table; its rows, their order and its columns stay
    supp : its SUPP-- table; a row without IDVAR belongs to every record of the subject
    Raises   InputError if a QNAM is a column of the parent, or has two values for one record
    Source   SDTMIG 3.4, section 8.4.
    Checked  tests/unit/sdtm/test_supp.py
    """
    _check(parent, supp)
    rows = parent.with_row_index("row")
    found = [_values(rows, part, idvar) for idvar, part in _by_idvar(supp)]
    long = pl.concat(found) if found else pl.DataFrame()
    names = supp["QNAM"].drop_nulls().unique(maintain_order=True).to_list()
    if long.select(pl.struct("row", "QNAM").is_duplicated().any()).item() if found else False:
        raise InputError("SUPP--: one record has two values of one QNAM; expected one")
    wide = [_spread(long, name) for name in names]
    for column in wide:
        rows = rows.join(column, on="row", how="left", maintain_order="left")
    return rows.drop("row")


def orphans(parent: pl.DataFrame, supp: pl.DataFrame) -> pl.Series:
    """Which rows of a supplement (or of RELREC) refer to no record of the parent.

    Returns  (n,) bool, one per row of `supp`
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


def _values(rows: pl.DataFrame, part: pl.DataFrame, idvar: str | None) -> pl.DataFrame:
    if idvar is None:
        joined = part.join(rows.select("row", "USUBJID"), on="USUBJID")
    else:
        keyed = rows.select("row", "USUBJID", pl.col(idvar).alias("value"))
        value = _as_value(idvar, keyed.schema["value"])
        joined = part.with_columns(value=value).join(keyed, on=["USUBJID", "value"])
    return joined.select("row", "QNAM", pl.col("QVAL").cast(pl.String))


def _spread(long: pl.DataFrame, name: str) -> pl.DataFrame:
    return long.filter(pl.col("QNAM") == name).select("row", pl.col("QVAL").alias(name))


def _check(parent: pl.DataFrame, supp: pl.DataFrame) -> None:
    missing = [name for name in _NEEDED if name not in supp.columns]
    if missing:
        raise InputError(f"SUPP--: the column {', '.join(missing)} is missing")
    taken = sorted(set(supp["QNAM"].drop_nulls()) & set(parent.columns))
    if taken:
        raise InputError(f"SUPP--: {', '.join(taken)} is a column of the parent table already")
    unknown = sorted(set(supp["IDVAR"].drop_nulls()) - set(parent.columns))
    if unknown:
        raise InputError(f"SUPP--: IDVAR {', '.join(unknown)} is no column of the parent table")
