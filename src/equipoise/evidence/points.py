"""Tables as digitizers write them: with or without a header, semicolons, decimal commas."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from equipoise.errors import InputError

TEXT_FILES = (".csv", ".tsv", ".txt")
SEPARATORS = (";", "\t", ",")
NO_VALUE = ("", "NA", ".")


def text_table(path: Path, columns: Sequence[str]) -> dict[str, list[Any]]:
    """The cells of a text file by column, empty rows included.

    columns : names in order where the file has no header
    Raises   InputError if the file cannot be read, or has no rows.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path}: expected text in UTF-8") from None
    first = next((line for line in lines if line.strip()), "")
    separator = next((one for one in SEPARATORS if one in first), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    rows = rows[next((k for k, row in enumerate(rows) if any(row)), 0) :]
    if separator != ",":
        rows = [[_with_point(cell) for cell in row] for row in rows]
    names = list(columns[: len(rows[0])]) if rows else []
    if rows and not _is_number(rows[0][0]):
        names, rows = rows[0], rows[1:]
    if not rows:
        raise InputError(f"{path}: no rows; at least one is needed")
    return {name: [_cell(row, j) for row in rows] for j, name in enumerate(names)}


def _with_point(cell: str) -> str:
    """0,75 as 0.75; words as they are."""
    turned = cell.replace(",", ".")
    return turned if cell.count(",") == 1 and _is_number(turned) else cell


def _cell(row: Sequence[str], j: int) -> str | None:
    return row[j] if j < len(row) and row[j] not in NO_VALUE else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
