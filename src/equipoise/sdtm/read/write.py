"""Tables written as XPT, Parquet or Dataset-JSON files, each whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl

from equipoise.errors import InputError
from equipoise.frames import write_table
from equipoise.sdtm.conform.requirements import DOMAINS
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.normalize import normalize
from equipoise.sdtm.provenance import ORIGIN
from equipoise.sdtm.read.xpt import RECORD

ColumnLabels = Mapping[str, Mapping[str, str]]

_NAME_LIMIT = {5: 8, 8: 32}
_LABEL_LIMIT = {5: 40, 8: 256}
_TEXT_LIMIT = {5: 200, 8: 32767}  # bytes in one value
_HEADERS = 9  # records before and between descriptions and rows
_DESCRIPTION = 140  # bytes that describe a column
_NUMBER = 8  # bytes of a number
_CREATED = "1960-01-01T00:00:00"  # SAS's day zero: the same data give the same file


def write_xpt(
    tables: Mapping[str, pl.DataFrame],
    folder: str | Path,
    *,
    labels: ColumnLabels | None = None,
    formats: ColumnLabels | None = None,
    version: Literal[5, 8] = 5,
) -> list[Path]:
    """Write each table as a SAS transport file.

    tables : file name without suffix ("ae", "lbch") -> table
    labels, formats : dataset -> column -> its label, its SAS format such as DATE9
    version : 5 (what regulators take: names of 8, text of 200 bytes) or 8
    Raises   InputError if a name, label or value does not fit the version
    Checked  tests/unit/sdtm/test_write.py: written and read again, all values are the same
    """
    import pyreadstat

    def write(table: pl.DataFrame, path: Path, name: str, words: Mapping[str, str]) -> None:
        _check_limits(table, name, words, version)
        try:
            pyreadstat.write_xport(
                *(table, str(path)),
                table_name=name.upper(),
                column_labels={column: words.get(column, "") for column in table.columns},
                file_format_version=version,
                variable_format=dict((formats or {}).get(name.upper(), {})),
            )
        except pyreadstat.ReadstatError as error:
            why = f"{error}; is the disk full?"
            raise OSError(errno.ENOSPC, why, str(path)) from None
        _check_size(path, table)

    return _write_all(tables, folder, ".xpt", labels or {}, write)


def write_parquet(
    tables: Mapping[str, pl.DataFrame], folder: str | Path, *, labels: ColumnLabels | None = None
) -> list[Path]:
    """Write each table as a Parquet file, labels in its metadata."""

    def write(table: pl.DataFrame, path: Path, name: str, words: Mapping[str, str]) -> None:
        write_table(table, path, metadata={"equipoise.labels": json.dumps(dict(words))})

    return _write_all(tables, folder, ".parquet", labels or {}, write)


def write_dataset_json(
    tables: Mapping[str, pl.DataFrame], folder: str | Path, *, labels: ColumnLabels | None = None
) -> list[Path]:
    """Write each table as a CDISC Dataset-JSON 1.1 file."""

    def write(table: pl.DataFrame, path: Path, name: str, words: Mapping[str, str]) -> None:
        content = _dataset_json(table, name.upper(), words)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return _write_all(tables, folder, ".json", labels or {}, write)


def _write_all(
    tables: Mapping[str, pl.DataFrame],
    folder: str | Path,
    suffix: str,
    labels: ColumnLabels,
    write: Callable[[pl.DataFrame, Path, str, Mapping[str, str]], None],
) -> list[Path]:
    where = Path(folder)
    where.mkdir(parents=True, exist_ok=True)
    staged = [(where / f".{name.lower()}{suffix}", name) for name in tables]
    try:
        for path, name in staged:
            plain, faults = normalize(tables[name], domain=name.upper())
            if faults:
                raise InputError(f"{name}: {faults[0]}")
            write(plain, path, name, labels.get(name.upper(), {}))
        for path, _ in staged:
            os.replace(path, where / path.name.removeprefix("."))
    finally:
        for path, _ in staged:
            path.unlink(missing_ok=True)
    return [where / path.name.removeprefix(".") for path, _ in staged]


def _check_size(path: Path, table: pl.DataFrame) -> None:
    """pyreadstat says nothing where the disk is full: the file is then shorter than its rows."""
    longest = table.select(pl.col(pl.String).str.len_bytes().max()).row(0)
    texts = sum(max(1, width or 0) for width in longest)
    row = texts + _NUMBER * (table.width - len(longest))
    head = _HEADERS * RECORD + _records(_DESCRIPTION * table.width)
    expected, found = head + _records(table.height * row), path.stat().st_size
    if found < expected:
        why = f"{found:,} of {expected:,} bytes could be written; is the disk full?"
        raise OSError(errno.ENOSPC, why, str(path))


def _records(size: int) -> int:
    """Bytes of the records that so many bytes fill."""
    return -(-size // RECORD) * RECORD


def _check_limits(
    table: pl.DataFrame, name: str, labels: Mapping[str, str], version: Literal[5, 8]
) -> None:
    for column in table.columns:
        where = f"{name} {column}"
        _check_limit(where, "the name has", len(column.encode()), _NAME_LIMIT[version], version)
        length = len(labels.get(column, "").encode())
        _check_limit(where, "the label has", length, _LABEL_LIMIT[version], version)
        if table.schema[column] == pl.String:
            longest = table.select(pl.col(column).str.len_bytes().max()).item() or 0
            _check_limit(where, "a value has", longest, _TEXT_LIMIT[version], version)


def _check_limit(where: str, what: str, found: int, limit: int, version: int) -> None:
    if found > limit:
        text = f"{where}: {what} {found} bytes; XPT version {version} takes at most {limit}"
        raise InputError(text)


def _dataset_json(table: pl.DataFrame, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    columns = [
        {
            "itemOID": f"IT.{name}.{column}",
            "name": column,
            "label": labels.get(column, column),
            "dataType": "double" if dtype.is_numeric() else "string",
        }
        for column, dtype in table.schema.items()
    ]
    return {
        "datasetJSONCreationDateTime": _CREATED,
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": table.height,
        "name": name,
        "label": name,
        "columns": columns,
        "rows": [list(row) for row in table.iter_rows()],
    }


def write_tables(data: SDTM, out: Path, *, file_format: str) -> None:
    """Write what was recorded into a folder, a file for each domain.

    Raises   InputError for a format that is none, or a folder that holds virtual data, or tables
    that would stay beside these: `build` would read them as one.
    """
    writers = {"xpt": write_xpt, "parquet": write_parquet, "json": write_dataset_json}
    if file_format not in writers:
        raise InputError(f'there is no format "{file_format}"; expected {", ".join(writers)}')
    if (out / ORIGIN).exists():
        raise InputError(f"{out}: holds virtual data; expected another folder")
    named = {name.lower(): table for name, table in data.tables.items()}
    if others := _others(out, {f"{name}.{file_format}" for name in named}):
        beside = "beside which these would be read; expected a folder without other tables"
        raise InputError(f"{out}: holds {', '.join(others)}, {beside}")
    writers[file_format](named, out, labels=data.labels)


def _others(folder: Path, named: set[str]) -> list[str]:
    """The tables of a folder that have none of these names."""
    from equipoise.sdtm.read.formats import READERS
    from equipoise.sdtm.read.read import domain_of

    there = sorted(folder.iterdir()) if folder.is_dir() else []
    data = (
        one for one in there if one.suffix.lower() in READERS and domain_of(one.stem) in DOMAINS
    )
    return [one.name for one in data if one.name not in named]
