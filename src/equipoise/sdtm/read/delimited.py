"""Delimited text (CSV): every row has a value for every column, or the file is refused."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from equipoise.sdtm.read.raw import RawTable, UnreadableError, repeated
from equipoise.sdtm.read.xpt import FALLBACK_ENCODING

_SEPARATORS = ",;\t|"
_CHUNK = 50_000  # rows that are held as Python's own text at a time
_TOLD = 20  # faulty rows that are told one by one; of more, the number
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNENDED = "the last line has no line end, so that the file may be cut off"

_Row = list[str]


def read_delimited(path: Path) -> RawTable:
    """A table of text from a file with a header line; comma, semicolon, tab or bar between values.

    Lines of nothing at the end are no rows.
    Raises   UnreadableError for a header with a name twice or missing, every row with more or
             fewer values than the header, a quote that never closes; the row counts from 1.
    Source   RFC 4180; values may hold line breaks between quotes.
    Checked  tests/unit/sdtm/test_delimited.py
    """
    text, encoding = _decoded(path.read_bytes())
    head = text.partition("\n")[0].rstrip("\r")
    if not head.strip():
        raise UnreadableError("the file has no header line")
    separator = max(_SEPARATORS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = _header(next(lines))
        table = _table(names, _without_end(lines))
    except csv.Error as error:
        reason = "a quote that is opened is never closed" if "end of data" in str(error) else error
        raise UnreadableError(f"line {lines.line_num}: {reason}") from None
    ended = text.endswith(("\n", "\r"))
    return RawTable(table, {}, encoding, () if ended else (_UNENDED,))


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, and its encoding where it is not UTF-8."""
    if raw.startswith(_WIDE):
        try:
            return raw.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise UnreadableError("the file begins as UTF-16 and is not: is it cut off?") from None
    if b"\x00" in raw[:1000]:
        expected = "UTF-8, or UTF-16 with a byte order mark"
        raise UnreadableError(f"the file holds bytes of no text; expected {expected}")
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return raw.decode(FALLBACK_ENCODING, errors="replace"), "Windows-1252"


def _header(names: _Row) -> _Row:
    plain = [name.strip() for name in names]
    twice = repeated(plain)
    if "" in plain:
        raise UnreadableError(f"the header has no name for column {plain.index('') + 1}")
    if twice:
        raise UnreadableError(f"the header has the column {', '.join(twice)} twice")
    return plain


def _without_end(rows: Iterator[_Row]) -> Iterator[_Row]:
    """The rows, without those of nothing that stand at the end."""
    held: list[_Row] = []
    for row in rows:
        if any(row):
            yield from held
            yield row
            held = []
        else:
            held.append(row)


def _table(names: _Row, rows: Iterator[_Row]) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String)
    chunks, done = [pl.DataFrame(schema=schema)], 0
    faults: list[str] = []
    while chunk := list(islice(rows, _CHUNK)):
        odd = [(i, row) for i, row in enumerate(chunk, done + 1) if len(row) != len(names)]
        faults += [_fault(number, row, len(names)) for number, row in odd]
        if not faults:
            chunks.append(pl.DataFrame(chunk, schema=schema, orient="row"))
        done += len(chunk)
    if faults:
        more = len(faults) - _TOLD
        rest = [f"{more:,} more rows have more or fewer than {len(names)} values"]
        raise UnreadableError(*faults[:_TOLD], *rest[: max(more, 0)])
    return pl.concat(chunks)


def _fault(number: int, row: _Row, expected: int) -> str:
    return f"row {number} has {len(row)} values for {expected} columns; {_why(row)}"


def _why(row: _Row) -> str:
    """What stands there, so that the row is found."""
    if not any(row):
        return "it is empty"
    return f'it begins "{" | ".join(row)[:40]}"'
