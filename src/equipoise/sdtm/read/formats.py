"""One file of any supported format as a table with labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from equipoise.sdtm.read.xpt import FALLBACK_ENCODING, RECORD, members, read_rows


class RawTable(NamedTuple):
    """A file as it came: table, column labels, and whether its text was not UTF-8."""

    table: pl.DataFrame
    labels: Mapping[str, str]
    is_reencoded: bool = False


class UnreadableError(Exception):
    """A file cannot be read; the text says why."""


def read_file(path: Path) -> RawTable:
    """Read one XPT, SAS7BDAT, Parquet, CSV or Dataset-JSON file.

    Raises   UnreadableError with a sentence for people.
    """
    reader = READERS[path.suffix.lower()]
    try:
        return reader(path)
    except UnreadableError:
        raise
    except Exception as error:  # each library has its own family of errors for a damaged file
        raise UnreadableError(str(error).strip().splitlines()[0] or type(error).__name__) from error


def _read_xpt(path: Path) -> RawTable:
    import pyreadstat

    raw = path.read_bytes()
    if len(raw) % RECORD:
        raise UnreadableError(f"the file is cut off: its size is no multiple of {RECORD} bytes")
    if members(raw) > 1:
        raise UnreadableError("the file holds more than one data set; one per file is expected")
    try:
        _, meta = pyreadstat.read_xport(path, metadataonly=True, output_format="polars")
    except UnicodeDecodeError:
        return _read_sas(path, pyreadstat.read_xport)
    rows = read_rows(raw, meta)
    if rows is None:
        return _read_sas(path, pyreadstat.read_xport)
    return RawTable(rows.table, _labels(meta), rows.is_reencoded)


def _read_sas7bdat(path: Path) -> RawTable:
    import pyreadstat

    return _read_sas(path, pyreadstat.read_sas7bdat)


def _read_sas(path: Path, reader: Callable[..., Any]) -> RawTable:
    try:
        table, meta = reader(path, output_format="polars")
        is_reencoded = False
    except UnicodeDecodeError:
        table, meta = reader(path, output_format="polars", encoding=FALLBACK_ENCODING)
        is_reencoded = True
    # A column without values comes untyped; the file knows what it would have held.
    stored = meta.readstat_variable_types
    untyped = [name for name, dtype in table.schema.items() if dtype == pl.Null]
    typed = [
        pl.col(name).cast(pl.String if stored.get(name) == "string" else pl.Float64)
        for name in untyped
    ]
    return RawTable(table.with_columns(typed), _labels(meta), is_reencoded)


def _labels(meta: Any) -> dict[str, str]:
    return {name: label for name, label in meta.column_names_to_labels.items() if label}


def _read_parquet(path: Path) -> RawTable:
    table = pl.read_parquet(path)
    stored = pl.read_parquet_metadata(path).get("equipoise.labels", "{}")
    return RawTable(table, json.loads(stored))


def _read_csv(path: Path) -> RawTable:
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
        is_reencoded = False
    except UnicodeDecodeError:
        raw = raw.decode(FALLBACK_ENCODING, errors="replace").encode()
        is_reencoded = True
    head = raw.partition(b"\n")[0]
    separator = max(",;\t", key=lambda mark: head.count(mark.encode()))
    if not head.strip():
        raise UnreadableError("the file has no header line")
    return RawTable(pl.read_csv(raw, infer_schema=False, separator=separator), {}, is_reencoded)


def _read_dataset_json(path: Path) -> RawTable:
    from odmlib.dataset_json_1_1.model import DatasetJSON

    # Of the file, odmlib checks what describes the rows; the rows themselves are checked as data.
    if path.suffix.lower() == ".ndjson":
        lines = path.read_text(encoding="utf-8").splitlines()
        content = json.loads(lines[0])
        content["rows"] = [json.loads(line) for line in lines[1:] if line.strip()]
    else:
        content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or "datasetJSONVersion" not in content:
        raise UnreadableError("the file is no Dataset-JSON 1.1: it has no datasetJSONVersion")
    rows = content.pop("rows", [])
    described = DatasetJSON.from_dict(content)
    if described.records != len(rows):
        raise UnreadableError(f"the file promises {described.records} records and has {len(rows)}")
    return RawTable(
        _from_rows(described.columns, rows), {c.name: c.label for c in described.columns}
    )


def _from_rows(columns: list[Any], rows: list[list[Any]]) -> pl.DataFrame:
    numeric = {"integer", "float", "double"}
    ragged = next((i for i, row in enumerate(rows) if len(row) != len(columns)), None)
    if ragged is not None:
        found = len(rows[ragged])
        raise UnreadableError(f"row {ragged + 1} has {found} values for {len(columns)} columns")
    values = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    return pl.DataFrame(
        [
            _json_column(column.name, cells, is_number=column.dataType in numeric)
            for column, cells in zip(columns, values, strict=True)
        ]
    )


def _json_column(name: str, cells: tuple[Any, ...], *, is_number: bool) -> pl.Series:
    if is_number and not any(isinstance(cell, str) for cell in cells):
        return pl.Series(name, cells, dtype=pl.Float64, strict=False)
    text = [None if cell is None else str(cell) for cell in cells]
    return pl.Series(name, text, dtype=pl.String)


READERS: dict[str, Callable[[Path], RawTable]] = {
    ".xpt": _read_xpt,
    ".sas7bdat": _read_sas7bdat,
    ".parquet": _read_parquet,
    ".csv": _read_csv,
    ".json": _read_dataset_json,
    ".ndjson": _read_dataset_json,
}
