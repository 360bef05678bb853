"""Texts too long for version 5 of XPT, in several variables."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from equipoise.adam.submit.metadata import Dataset, Variable, short

LIMIT: Final = 200  # bytes in one text of XPT version 5
_NAME: Final = 8


def piece_name(name: str, number: int) -> str:
    """REASON, REASON1, REASON2: the further pieces of a text, in eight letters."""
    return f"{name[: _NAME - len(str(number))]}{number}" if number else name


def _pieces(text: str | None) -> list[str]:
    """A text in parts of at most `LIMIT` bytes, cut inside words: blanks at ends would be lost."""
    found: list[str] = []
    while text and len(text.encode()) > LIMIT:
        cut = len(text.encode()[:LIMIT].decode(errors="ignore"))
        while cut > 1 and " " in text[cut - 1 : cut + 1]:
            cut -= 1
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text or ""]


def in_pieces(table: pl.DataFrame) -> pl.DataFrame:
    """`table` with further variables beside every text variable of which a value is too long.

    Source   CDISC, Study Data Technical Conformance Guide: a text of SAS has 200 bytes.
    Checked  tests/unit/adam/test_define.py.
    """
    columns: list[pl.Series] = []
    for column in table:
        if column.dtype != pl.String or (column.str.len_bytes().max() or 0) <= LIMIT:  # type: ignore[operator]
            columns.append(column)
            continue
        parts = [_pieces(text) for text in column]
        for k in range(max(map(len, parts))):
            values = [p[k] if k < len(p) and p[k] else None for p in parts]
            columns.append(pl.Series(piece_name(column.name, k), values, dtype=pl.String))
    return pl.DataFrame(columns)


def described_in_pieces(described: Dataset, table: pl.DataFrame) -> Dataset:
    """The metadata of a dataset whose long texts stand in pieces.

    table : from `in_pieces`
    """
    known = {v.name for v in described.variables}
    variables: list[Variable] = []
    for variable in described.variables:
        number, name = 0, variable.name
        while number == 0 or (name in table.columns and name not in known):
            longest = table[name].str.len_bytes().max() if variable.kind == "text" else None
            part = f"{short(variable.label, room=8)} part {number + 1}"
            variables.append(
                replace(
                    variable,
                    name=name,
                    label=part if number else variable.label,
                    length=min(variable.length, LIMIT) if longest else variable.length,
                )
            )
            number += 1
            name = piece_name(variable.name, number)
    return replace(described, variables=tuple(variables))
