"""Rows that enter late or count as several, checked and sorted for their kernels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.survival.arrays import first_row, flags, positive, same_length, times
from equipoise.analysis.survival.regression.likelihood import joint_ties
from equipoise.arrays import Bools, Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.days import whole
from equipoise.kernels.survival.entered import EnteredRows
from equipoise.kernels.survival.order import sort_rows


class WatchedRows(NamedTuple):
    """When each row is under observation, and how often it counts; (n,) each."""

    time: Floats
    start: Floats
    event: Bools
    weight: Floats


def span(time: Any, event: Any, start: Any, weight: Any) -> WatchedRows:
    """Checked columns: rows from `start` (by default from before 0), counting `weight` (1) times.

    Raises   InputError if a row ends where it starts or before, or a weight is not above 0.
    """
    t, e = times(time), flags(event)
    w = np.ones(t.size) if weight is None else positive(weight)
    begin = None if start is None else times(start, "start")
    same_length(time=t, event=e, start=begin, weight=w)
    if begin is None:
        return WatchedRows(t.astype(np.float64), np.full(t.size, -1.0), e, w)
    if in_whole_days(t) and in_whole_days(begin) and (begin < t).all():
        return WatchedRows(t.astype(np.float64), begin.astype(np.float64), e, w)
    stop, begin = joint_ties(t, begin)
    return WatchedRows(stop, begin, e, w)


def in_whole_days(values: npt.NDArray[Any]) -> bool:
    """Whether times are whole numbers, so that none are nearly tied."""
    return values.dtype.kind == "i" or bool(whole(values)[0])


def whole_weights(weight: Floats) -> None:
    """Refuse weights that are no numbers of rows.

    Raises   InputError naming the first row whose weight is not whole.
    """
    bad = weight != np.floor(weight)
    if bad.any():
        row = first_row(bad)
        raise InputError(
            f"weight[{row}]: {weight[row]:g} found; the test takes a row as so many rows, expected "
            "a whole number (for others: `cox` with `weight` and `robust=True`)"
        )


def sorted_span(
    rows: WatchedRows, arm: SmallInts, stratum: SmallInts | None, strata: int
) -> EnteredRows:
    """The rows by stratum and time."""
    placed = sort_rows(rows.time, stratum, strata)
    o = placed.order
    begin = rows.start[o]
    entering = np.argsort(-begin, kind="stable")
    if strata > 1:
        block = np.repeat(np.arange(strata), np.diff(placed.first))
        entering = np.lexsort((-begin, block))
    columns = (rows.weight[o], rows.event[o], arm[o])
    return EnteredRows(placed.time, begin, *columns, placed.first, entering.astype(np.int64))
