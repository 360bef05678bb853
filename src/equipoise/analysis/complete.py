"""Rows of a plain table that can be used: missing values are told all at once, or dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, get_args

import narwhals.stable.v2 as nw
import numpy as np

from equipoise.arrays import Bools
from equipoise.errors import InputError, did_you_mean
from equipoise.frames import FILE_ROW, Frame

MissingRows = Literal["refuse", "drop"]

_CHOICES: tuple[MissingRows, ...] = get_args(MissingRows)


class CompleteRows(NamedTuple):
    """A table without missing values in the columns asked about.

    frame : if rows were left out, with a column FILE_ROW by which errors name the rows of the file
    dropped : rows left out; notes : how many, and of which columns; empty if none
    """

    frame: Frame
    dropped: int
    notes: tuple[str, ...]


def columns_named(frame: Frame, *words: str | None, terms: Sequence[str] = ()) -> list[str]:
    """The columns of arguments: of `status==2` that is status, and None is none; of a model's terms
    such as `log(age)*sex` those columns that the table has.
    """
    found = [word.partition("==")[0].strip() for word in words if word]
    for term in terms:
        parts = [term, *re.split(r"[^\w.]+", term)]
        found += [part for part in parts if part in frame.columns]
    return list(dict.fromkeys(found))


def complete_rows(frame: Frame, names: Sequence[str], missing: MissingRows) -> CompleteRows:
    """The rows that have a value in every column of `names`.

    Raises   InputError with every column that is not there; with every column that has missing
             values, how many and where first, if they are refused; if no row is left.
    Checked  tests/unit/analysis/test_complete.py.
    """
    if missing not in _CHOICES:
        raise InputError(f"missing: {missing!r} found; expected refuse or drop")
    known = ", ".join(frame.columns)
    faults = [
        f"column {name}: not in the data{did_you_mean(name, frame.columns)}; it has {known}"
        for name in names
        if name not in frame.columns
    ]
    if faults:
        raise InputError("\n".join(faults))
    gaps = {name: _missing(frame, name) for name in names}
    gaps = {name: gap for name, gap in gaps.items() if gap.any()}
    if gaps and missing == "refuse":
        raise InputError("\n".join(_fault(name, gap) for name, gap in gaps.items()))
    if not gaps:
        return CompleteRows(frame, 0, ())
    keep = ~np.logical_or.reduce(list(gaps.values()))
    if not keep.any():
        raise InputError(f"data: no row has a value in each of {', '.join(names)}")
    by_column = ", ".join(f"{name} {int(gap.sum())}" for name, gap in gaps.items())
    dropped = int((~keep).sum())
    note = f"{dropped} of {keep.size} rows left out for missing values: {by_column}"
    counted = frame.with_row_index(FILE_ROW).with_columns(nw.col(FILE_ROW) + 1)
    return CompleteRows(counted.filter(keep.tolist()), dropped, (note,))


def all_read(*readers: Callable[[], Any]) -> tuple[Any, ...]:
    """What each of the readers gives.

    Raises   InputError with the faults of all of them.
    """
    found, faults = [], []
    for reader in readers:
        try:
            found.append(reader())
        except InputError as fault:
            faults.append(str(fault))
    if faults:
        raise InputError("\n".join(faults))
    return tuple(found)


def _missing(frame: Frame, name: str) -> Bools:
    column = frame[name]
    gap = column.is_null()
    if column.dtype.is_float():
        gap = gap | column.is_nan().fill_null(True)
    return np.asarray(gap.to_numpy(), np.bool_)


def _fault(name: str, gap: Bools) -> str:
    count, row = int(gap.sum()), int(np.argmax(gap)) + 1
    more = "" if count == 1 else f", as are {count - 1} more"
    how = "`missing` drop leaves such rows out"
    return f"column {name}, row {row}: missing{more}; expected a value ({how})"
