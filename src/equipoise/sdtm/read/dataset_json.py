"""Dataset-JSON 1.1 of CDISC, as one document or as lines (NDJSON)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from equipoise.sdtm.read.raw import RawTable, UnreadableError, repeated

_NUMBERS = frozenset({"integer", "float", "double", "decimal"})
_TEXTS = frozenset({"string", "date", "datetime", "time", "URI"})
_TYPES = (*sorted(_NUMBERS), "boolean", *sorted(_TEXTS))
_OF_1_0 = ("clinicalData", "referenceData")


class _Column(NamedTuple):
    name: str
    label: str
    kind: str


def read_dataset_json(path: Path) -> RawTable:
    """A table from Dataset-JSON 1.1; what the standard leaves optional may be there or not.

    Attributes that the table does not need, extensions among them, are passed over. A boolean is Y
    or N, as SDTM writes it.
    Raises   UnreadableError for another version, named; for what is no Dataset-JSON; for a count of
             records that is not that of the rows; for a row of another length.
    Source   CDISC Dataset-JSON 1.1, sections 3 and 4 (NDJSON: metadata first, then a row a line).
    Checked  tests/unit/sdtm/test_dataset_json.py
    """
    lines = path.suffix.lower() == ".ndjson"
    content, rows = _lines(path) if lines else _document(path)
    columns = _columns(content)
    _complete(content, columns, rows)
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    made = [_series(column, cells) for column, cells in zip(columns, values, strict=True)]
    return RawTable(pl.DataFrame(made), {c.name: c.label for c in columns})


def _document(path: Path) -> tuple[dict[str, Any], list[Any]]:
    content = _parsed(path.read_text(encoding="utf-8-sig"), "")
    _version(content)
    rows = content.get("rows", [])
    if not isinstance(rows, list):
        raise UnreadableError("`rows` is no list")
    return content, rows


def _lines(path: Path) -> tuple[dict[str, Any], list[Any]]:
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not filled:
        raise UnreadableError("the file is empty")
    first, *others = filled
    content = _parsed(first[1], f"line {first[0]}: ")
    _version(content)
    return content, [_parsed(line, f"line {number}: ") for number, line in others]


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = place or f"line {error.lineno}: "
        raise UnreadableError(f"{where}no JSON ({error.msg}); is the file cut off?") from None


def _version(content: Any) -> None:
    if not isinstance(content, dict):
        raise UnreadableError("the file is no Dataset-JSON: expected an object with its attributes")
    version = content.get("datasetJSONVersion")
    if version is None and any(name in content for name in _OF_1_0):
        raise UnreadableError("the file is Dataset-JSON 1.0; version 1.1 is read")
    if version is None:
        raise UnreadableError("the file is no Dataset-JSON 1.1: it has no datasetJSONVersion")
    if not str(version).startswith("1.1"):
        raise UnreadableError(f"the file is Dataset-JSON {version}; version 1.1 is read")


def _columns(content: dict[str, Any]) -> list[_Column]:
    said = content.get("columns")
    if not isinstance(said, list) or not said:
        raise UnreadableError("the file has no `columns`")
    columns = []
    for number, column in enumerate(said, start=1):
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise UnreadableError(f"column {number} has no name")
        kind = column.get("dataType", "string")
        if kind not in _TYPES:
            expected = f"expected one of {', '.join(_TYPES)}"
            raise UnreadableError(f'{column["name"]} is of the dataType "{kind}"; {expected}')
        columns.append(_Column(column["name"], str(column.get("label") or ""), kind))
    twice = repeated([column.name for column in columns])
    if twice:
        raise UnreadableError(f"the column {', '.join(twice)} stands twice")
    return columns


def _complete(content: dict[str, Any], columns: Sequence[_Column], rows: Sequence[Any]) -> None:
    """Raises   UnreadableError if rows are missing, or values in a row."""
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list):
            raise UnreadableError(f"row {number} is no list of values")
        if len(row) != len(columns):
            raise UnreadableError(f"row {number} has {len(row)} values for {len(columns)} columns")
    promised = content.get("records")
    if promised is not None and promised != len(rows):
        raise UnreadableError(f"the file promises {promised} records and has {len(rows)}")


def _series(column: _Column, cells: Sequence[Any]) -> pl.Series:
    if column.kind in _NUMBERS and all(_numeric(cell) for cell in cells):
        numbers = [None if cell is None else float(cell) for cell in cells]
        return pl.Series(column.name, numbers, dtype=pl.Float64)
    # A text where a number belongs is told with its row by whoever gives the column its type.
    return pl.Series(column.name, [_text(cell) for cell in cells], dtype=pl.String)


def _numeric(cell: Any) -> bool:
    """Whether a value is a number; a decimal may be written as text."""
    if isinstance(cell, str):
        try:
            float(cell)
        except ValueError:
            return False
    return not isinstance(cell, bool)


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    return None if cell is None else str(cell)
