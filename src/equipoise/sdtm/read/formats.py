"""One file of any supported format as a table with labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.sdtm.read.dataset_json import read_dataset_json
from equipoise.sdtm.read.delimited import read_delimited
from equipoise.sdtm.read.raw import RawTable, UnreadableError
from equipoise.sdtm.read.xpt import (
    FALLBACK_ENCODING,
    FALLBACK_NAME,
    RECORD,
    cut_off,
    members,
    read_rows,
)


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
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise UnreadableError(said[0]) from error


def _read_xpt(path: Path) -> RawTable:
    import pyreadstat

    raw = path.read_bytes()
    if len(raw) % RECORD:
        raise UnreadableError(f"the file is cut off: its size is no multiple of {RECORD} bytes")
    if members(raw) > 1:
        raise UnreadableError("the file holds more than one data set; one per file is expected")
    meta, encoding = _described(path)
    fault = cut_off(raw, sum(meta.variable_storage_width.values()))
    if fault:
        raise UnreadableError(fault)
    rows = read_rows(raw, meta)
    if rows is None:
        return _read_sas(path, pyreadstat.read_xport)
    return RawTable(rows.table, _labels(meta), FALLBACK_NAME if rows.is_reencoded else encoding)


def _described(path: Path) -> tuple[Any, str]:
    """What a transport file says of itself, and the encoding that was assumed, "" for UTF-8."""
    import pyreadstat

    try:
        _, meta = pyreadstat.read_xport(path, metadataonly=True, output_format="polars")
    except UnicodeDecodeError:
        _, meta = pyreadstat.read_xport(
            path, metadataonly=True, output_format="polars", encoding=FALLBACK_ENCODING
        )
        return meta, FALLBACK_NAME
    return meta, ""


def _read_sas7bdat(path: Path) -> RawTable:
    import pyreadstat

    return _read_sas(path, pyreadstat.read_sas7bdat)


def _read_sas(path: Path, reader: Callable[..., Any]) -> RawTable:
    try:
        table, meta = reader(path, output_format="polars")
        encoding = ""
    except UnicodeDecodeError:
        table, meta = reader(path, output_format="polars", encoding=FALLBACK_ENCODING)
        encoding = FALLBACK_NAME
    # A column without values comes untyped; the file knows what it would have held.
    stored = meta.readstat_variable_types
    untyped = [name for name, dtype in table.schema.items() if dtype == pl.Null]
    typed = [
        pl.col(name).cast(pl.String if stored.get(name) == "string" else pl.Float64)
        for name in untyped
    ]
    return RawTable(table.with_columns(typed), _labels(meta), encoding)


def _labels(meta: Any) -> dict[str, str]:
    return {name: label for name, label in meta.column_names_to_labels.items() if label}


def _read_parquet(path: Path) -> RawTable:
    table = pl.read_parquet(path)
    stored = pl.read_parquet_metadata(path).get("equipoise.labels", "{}")
    return RawTable(table, json.loads(stored))


READERS: dict[str, Callable[[Path], RawTable]] = {
    ".xpt": _read_xpt,
    ".sas7bdat": _read_sas7bdat,
    ".parquet": _read_parquet,
    ".csv": read_delimited,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_json,
}
