"""The rows of a SAS transport file, a column at a time.

pyreadstat reads what the file says of itself, and every file this module passes on; going value by
value it takes three times as long, which a laboratory domain of a million rows would feel.

Source   SAS Institute, TS-140, "The Record Layout of a Data Set in SAS Transport (XPORT) Format".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

RECORD = 80  # bytes; a transport file is made of such records
_NUMBER = 8  # bytes of a number stored whole
_ROWS = (b"HEADER RECORD*******OBS     HEADER", b"HEADER RECORD*******OBSV8   HEADER")
_MEMBERS = (b"HEADER RECORD*******MEMBER  HEADER", b"HEADER RECORD*******MEMBV8  HEADER")
_BLANK = 0x20
FALLBACK_ENCODING = "WINDOWS-1252"
FALLBACK_NAME = "Windows-1252"


class Rows(NamedTuple):
    """A file's rows, and whether some of its text was not UTF-8."""

    table: pl.DataFrame
    is_reencoded: bool


def members(raw: bytes) -> int:
    """How many data sets a transport file holds."""
    return sum(raw.count(marker) for marker in _MEMBERS)


def cut_off(raw: bytes, length: int) -> str:
    """Why a file of rows of `length` bytes is not whole; "" if nothing says so.

    After the last whole row only the blanks may stand that fill up the last record.
    A file cut off between two rows that end with a record cannot be told from a whole one.
    Checked  tests/unit/sdtm/test_cut_off.py
    """
    start = _first_row(raw)
    if start is None:
        return "the file is cut off: it ends before its rows begin"
    if not length:
        return ""
    whole, rest = divmod(len(raw) - start, length)
    promised = _promised(raw, start)
    if promised is not None and promised > whole:
        return f"the file is cut off: its header promises {promised:,} rows and {whole:,} are there"
    tail = raw[len(raw) - rest :] if rest else b""
    if rest >= RECORD or tail.strip(b" "):
        return (
            f"the file is cut off within row {whole + 1:,}: {rest} of its {length} bytes are there"
        )
    if promised is not None and raw[start + promised * length :].strip(b" "):
        return f"its header promises {promised:,} rows and more are there"
    return ""


def _promised(raw: bytes, start: int) -> int | None:
    """How many rows the header says there are; None where it does not, as in version 5."""
    said = raw[start - RECORD : start].rpartition(b"!")[2].strip()
    return int(said) or None if said.isdigit() else None


def _first_row(raw: bytes) -> int | None:
    return next((raw.index(marker) + RECORD for marker in _ROWS if marker in raw), None)


def read_rows(raw: bytes, meta: Any) -> Rows | None:
    """The rows of a transport file of version 5 or 8.

    raw : the whole file
    meta : pyreadstat's metadata of it
    Returns  Rows; None if the file has dates stored as numbers, or shortened numbers, or no rows
    Checked  tests/twins/test_xpt.py: equal to pyreadstat; tests/byhand/test_ibm_numbers.py
    """
    stored = meta.readstat_variable_types
    widths = [meta.variable_storage_width[name] for name in meta.column_names]
    is_text = [stored[name] == "string" for name in meta.column_names]
    formats = [meta.original_variable_types[name] for name in meta.column_names]
    numbers = [(w, f) for w, f, text in zip(widths, formats, is_text, strict=True) if not text]
    if any(width != _NUMBER or form for width, form in numbers) or not widths:
        return None
    block = _block(raw, sum(widths))
    if block is None:
        return None
    edges = np.cumsum([0, *widths])
    columns, is_reencoded = [], False
    for i, name in enumerate(meta.column_names):
        cells = np.ascontiguousarray(block[:, edges[i] : edges[i + 1]])
        if is_text[i]:
            column, odd = _text(name, cells)
            is_reencoded |= odd
        else:
            column = pl.Series(name, from_ibm(cells.view(">u8").ravel())).fill_nan(None)
        columns.append(column)
    return Rows(pl.DataFrame(columns), is_reencoded)


def from_ibm(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Numbers of the IBM mainframe: sign, exponent of 16 (excess 64), fraction of 56 bits.

    bits : (n,) unsigned, each number's eight bytes
    Returns  (n,) float64; SAS's missing values (no fraction, but an exponent) are NaN
    Checked  tests/byhand/test_ibm_numbers.py
    """
    exponent = ((bits >> np.uint64(56)) & np.uint64(0x7F)).astype(np.int64)
    fraction = bits & np.uint64(0x00FFFFFFFFFFFFFF)
    size = np.ldexp(fraction.astype(np.float64), 4 * (exponent - 64) - 56)
    signed = np.where(bits >> np.uint64(63) == 1, -size, size)
    return np.where((fraction == 0) & (exponent != 0), np.nan, signed)


def _block(raw: bytes, length: int) -> npt.NDArray[np.uint8] | None:
    start = _first_row(raw) or len(raw)
    promised = _promised(raw, start)
    count = (len(raw) - start) // length if promised is None else promised
    block = np.frombuffer(raw, dtype=np.uint8, offset=start, count=count * length)
    rows = block.reshape(count, length)
    # The last record is filled up with blanks, which may look like rows of nothing.
    filled = count
    while promised is None and filled and (rows[filled - 1] == _BLANK).all():
        filled -= 1
    return rows[:filled] if filled else None


def _text(name: str, cells: npt.NDArray[np.uint8]) -> tuple[pl.Series, bool]:
    values = cells.view(f"S{cells.shape[1]}").ravel().tolist()
    try:
        return pl.Series(name, values, dtype=pl.Binary).cast(pl.String), False
    except pl.exceptions.PolarsError:
        decoded = [value.decode(FALLBACK_ENCODING, errors="replace") for value in values]
        return pl.Series(name, decoded, dtype=pl.String), True
