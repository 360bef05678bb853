"""Any table as SDTM stores it: upper-case names, stripped text, float64 numbers, dates as text."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.errors import Finding
from equipoise.sdtm.conform.requirements import is_date, is_numeric, is_text
from equipoise.sdtm.places import Sheet, Words, listed


class Normalized(NamedTuple):
    """A table in SDTM's own types, and what could not be made so."""

    table: pl.DataFrame
    findings: list[Finding]


def normalize(table: pl.DataFrame, *, domain: str, file: str = "") -> Normalized:
    """A table with SDTM's names and types.

    table : any dtypes; dates and times become ISO 8601 text, booleans Y and N, '' null
    domain : "AE", "SUPPAE", ...: says which columns are numbers
    Returns  Normalized; a value that is no number, and a date stored as a bare number, is a
             finding [rule S06] and null in the table.
    """
    names = {name: name.strip().lstrip("\ufeff").upper() for name in table.columns}
    twice = sorted({name for name in names.values() if list(names.values()).count(name) > 1})
    if twice:
        message = f"the column {', '.join(twice)} stands twice (case does not tell columns apart)"
        fault = Finding(file or domain, message, "each column once", "S05")
        return Normalized(pl.DataFrame(), [fault])
    named = table.rename(names)
    odd = [name for name, dtype in named.schema.items() if not _is_plain(dtype)]
    findings = [_of_no_value(name, named.schema[name], file or domain) for name in odd]
    named = named.drop(odd)
    plain = named.with_columns(_as_text_or_number(named))
    sheet = Sheet(domain, plain, file=file)
    columns = []
    for name in plain.columns:
        column, found = _typed(sheet, name)
        columns.append(column)
        findings += found
    return Normalized(pl.DataFrame(columns), findings)


def settled(table: pl.DataFrame, *, domain: str, file: str = "") -> Normalized:
    """A table made in memory, in SDTM's own types; one that has them comes back as it is."""
    odd = [name for name, dtype in table.schema.items() if not _is_settled(domain, name, dtype)]
    if not odd:
        return Normalized(table, [])
    plain, findings = normalize(table.select(odd), domain=domain, file=file)
    return Normalized(table.with_columns(plain), findings)


def _is_settled(domain: str, name: str, dtype: pl.DataType) -> bool:
    if is_numeric(domain, name):
        return dtype == pl.Float64
    return dtype == pl.String or (dtype == pl.Float64 and not is_text(domain, name))


def _as_text_or_number(table: pl.DataFrame) -> list[pl.Expr]:
    return [_plain(name, dtype) for name, dtype in table.schema.items()]


_PLAIN = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Time, pl.Categorical, pl.Enum, pl.Null)


def _is_plain(dtype: pl.DataType) -> bool:
    """Whether a column holds one text, number, date or time in each row."""
    return dtype.is_numeric() or dtype.base_type() in _PLAIN


def _of_no_value(name: str, dtype: pl.DataType, place: str) -> Finding:
    message = f"the column holds {dtype}, which is no text, number, date or time"
    return Finding(f"{place} {name}", message, "one plain value in each row", "S06")


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("Y")).when(~column).then(pl.lit("N")).alias(name)
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if dtype == pl.Time:
        return column.dt.strftime("%H:%M:%S")
    text = column.cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _typed(sheet: Sheet, name: str) -> tuple[pl.Series, list[Finding]]:
    column = sheet.table[name]
    if is_numeric(sheet.domain, name):
        return _number(sheet, column)
    if is_date(name) and column.dtype.is_numeric():
        words = Words("S06", "error", "{found} is a bare number", "ISO 8601 text, as 2014-01-31")
        empty = pl.Series(name, [None] * len(column), dtype=pl.String)
        return empty, listed(sheet, column.is_not_null(), name, words)
    if is_text(sheet.domain, name) and column.dtype.is_numeric():
        return _number_as_text(column), []
    return column, []


def _number(sheet: Sheet, column: pl.Series) -> tuple[pl.Series, list[Finding]]:
    numbers = column.cast(pl.Float64, strict=False)
    finite = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series().rename(column.name)
    words = Words("S06", "error", "{found} is not a number", "a number, or nothing")
    return finite, listed(sheet, column.is_not_null() & finite.is_null(), column.name, words)


def _number_as_text(column: pl.Series) -> pl.Series:
    # A site 701 must not become "701.0".
    whole = column.cast(pl.Int64, strict=False)
    is_whole = (whole.cast(pl.Float64) == column).fill_null(False)
    choice = pl.when(is_whole).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))
    return pl.select(choice.alias(column.name)).to_series()
