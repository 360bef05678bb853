"""Checks of arrays before a kernel sees them; each message names the argument and the row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.days import whole

INT64, FLOAT64, BOOL = np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.bool_)
NO_CODES = np.empty(0, np.int64)


def first_row(bad: npt.NDArray[Any]) -> int:
    """The first True of `bad`, counted from 0."""
    return int(np.argmax(bad))


def same_length(**columns: npt.NDArray[Any] | None) -> int:
    """The common length of the named columns.

    Raises   InputError if they differ or are empty.
    """
    leader, n = "", -1
    for name, column in columns.items():
        if column is None:
            continue
        size = column.shape[0]
        if n < 0:
            leader, n = name, size
        if size == 0:
            raise InputError(f"{name}: no rows; at least one is needed")
        if size != n:
            raise InputError(f"{name}: {size} rows, but {leader} has {n}")
    return n


def times(values: Any, name: str = "time") -> npt.NDArray[Any]:
    """Times as int64 or float64, finite and not negative.

    Raises   InputError naming the first row that is not.
    """
    time = np.asarray(values)
    if time.ndim != 1:
        raise InputError(f"{name}: expected one column, found an array of {time.ndim} dimensions")
    if time.dtype == np.int64 or time.dtype == np.float64:
        pass
    elif time.dtype.kind in "iu":
        time = time.astype(np.int64)
    elif time.dtype.kind == "f":
        time = time.astype(np.float64)
    else:
        raise InputError(f"{name}: expected numbers, found {time.dtype}")
    if time.size and not (time.min() >= 0 and time.max() < np.inf):
        bad = ~((time >= 0) & (time < np.inf))
        row = first_row(bad)
        raise InputError(
            f"{name}[{row}]: {time[row]} is no follow-up time; expected a number of 0 or more"
        )
    return np.ascontiguousarray(time)


def flags(values: Any, name: str = "event") -> Bools:
    """Events as bool: True or 1 is an event, False or 0 is censored.

    Raises   InputError for any other coding; 1/2 is never taken silently.
    """
    event = np.asarray(values)
    if event.ndim != 1:
        raise InputError(f"{name}: expected one column, found an array of {event.ndim} dimensions")
    if event.dtype == np.bool_:
        return np.ascontiguousarray(event)
    if event.dtype.kind not in "iuf":
        raise InputError(f"{name}: expected 0 and 1 or True and False, found {event.dtype}")
    bad = (event != 0) & (event != 1)
    if bad.any():
        if set(np.unique(event).tolist()) == {1, 2}:
            raise InputError(
                f"{name}: coded 1 and 2; say which one is the event, for example {name} == 2"
            )
        row = first_row(bad)
        raise InputError(f"{name}[{row}]: {event[row]} found; expected 0 (censored) or 1 (event)")
    return np.ascontiguousarray(event != 0)


def codes(values: Any, name: str) -> tuple[SmallInts, int]:
    """Group codes as int32 and their number; they must be 0, 1, ..., k-1.

    Raises   InputError if a code is no whole number of 0 or more, or there are no rows.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise InputError(f"{name}: expected one column, found an array of {given.ndim} dimensions")
    if given.size == 0:
        raise InputError(f"{name}: no rows; at least one is needed")
    if given.dtype.kind not in "iub":
        raise InputError(f"{name}: expected codes 0, 1, ..., found {given.dtype}")
    code = np.ascontiguousarray(given, np.int32)
    if code.min() < 0:
        row = first_row(code < 0)
        raise InputError(f"{name}[{row}]: {code[row]} found; expected codes 0, 1, ...")
    return code, int(code.max()) + 1


def arms_of(values: Any) -> tuple[SmallInts, int]:
    """Arm codes, every arm from 0 to the highest with at least one row.

    Raises   InputError if there is one arm only, or an arm is empty.
    """
    arm, k = codes(values, "arm")
    if k < 2:
        raise InputError("arm: one arm only; a comparison needs two or more")
    if k > arm.size or (np.bincount(arm, minlength=k) == 0).any():
        raise InputError(f"arm: codes run to {k - 1}, but at least one of them has no rows")
    return arm, k


def strata_of(values: Any) -> tuple[SmallInts | None, int]:
    """Stratum codes (or None) and their number; a stratum may be empty."""
    if values is None:
        return None, 1
    stratum, g = codes(values, "stratum")
    if g > stratum.size:
        _, again = np.unique(stratum, return_inverse=True)
        return again.astype(np.int32), int(again.max()) + 1
    return stratum, g


def day_columns(time: Any, event: Any) -> tuple[Ints, Bools] | None:
    """Times in whole days and events for the kernels that check rows themselves.

    None where the kinds of the columns are others; values are not looked at.
    """
    day, seen = np.asarray(time), np.asarray(event)
    if day.ndim != 1 or seen.ndim != 1 or seen.dtype is not BOOL:
        return None
    day = np.ascontiguousarray(day)
    if day.dtype is FLOAT64:
        in_days, day = whole(day)
        if not in_days:
            return None
    if day.dtype is not INT64:
        return None
    return day, np.ascontiguousarray(seen)


def code_column(values: Any) -> Ints | None:
    """Codes as int64, values not looked at; empty if none are given, None if no whole numbers."""
    if values is None:
        return NO_CODES
    code = np.asarray(values)
    if code.ndim != 1 or code.size == 0 or code.dtype.kind not in "ib":
        return None
    return np.ascontiguousarray(code, np.int64)


def level_checked(level: float) -> float:
    """A confidence level strictly between 0 and 1.

    Raises   InputError otherwise.
    """
    if not 0 < level < 1:
        raise InputError(f"level: {level} found; expected a number between 0 and 1, such as 0.95")
    return level


def choice(value: str, choices: tuple[str, ...], name: str) -> str:
    """`value`, if it is one of `choices`.

    Raises   InputError otherwise.
    """
    if value not in choices:
        raise InputError(f"{name}: {value!r} found; expected one of {', '.join(choices)}")
    return value


def finite(values: Any, name: str) -> Floats:
    """A column of finite float64.

    Raises   InputError naming the first row that is not.
    """
    found = np.asarray(values)
    if found.dtype.kind not in "iufb":
        raise InputError(f"{name}: expected numbers, found {found.dtype}")
    column = np.ascontiguousarray(found, np.float64)
    if not np.isfinite(column).all():
        bad = ~np.isfinite(column).reshape(column.shape[0], -1)
        row = first_row(np.asarray(bad.any(axis=1)))
        raise InputError(f"{name}[{row}]: {column[row]} found; expected a finite number")
    return column


def positive(values: Any) -> Floats:
    """Weights above 0.

    Raises   InputError naming the first row that is not.
    """
    weight = finite(values, "weight")
    if (weight <= 0).any():
        row = first_row(weight <= 0)
        raise InputError(f"weight[{row}]: {weight[row]} found; expected a number above 0")
    return weight


def matrix(x: Any) -> Floats:
    """Covariates as (n, p) finite float64.

    Raises   InputError naming the first row that is not.
    """
    columns = finite(x, "x")
    if columns.ndim == 1:
        columns = columns[:, None]
    if columns.ndim != 2 or columns.shape[1] == 0:
        raise InputError("x: expected a column or a matrix of covariates")
    return columns
