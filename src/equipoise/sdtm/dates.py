"""Whole columns of ISO 8601 dates, some of them partial, as first and last possible days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from equipoise.calendar import CLOCK, PartialDate, parse_partial

_CLOCK = CLOCK.replace("?P<", "?<") + "$"
_DAY_IN_SECONDS = 86_400


def earliest(column: pl.Series) -> pl.Series:
    """The first day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _mapped(column, {key: date.first() for key, date in _read(column).items()})


def latest(column: pl.Series) -> pl.Series:
    """The last day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _mapped(column, {key: date.last() for key, date in _read(column).items()})


def missing(column: pl.Series) -> pl.Series:
    """What each --DTC value lacks of a day: "D", "M" or "Y"; null where nothing, or all, is.

    column : (n,) text
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _mapped(column, {key: date.missing for key, date in _read(column).items()}, pl.String)


def clock(column: pl.Series) -> pl.DataFrame:
    """The first and the last second of the day that each --DTC value's time can mean.

    column : (n,) text
    Returns  (n, 2) frame of `first` and `last`; null without an hour, for an interval, and for a
             time of a named zone, which cannot be set beside one of none.
    Checked  tests/unit/sdtm/test_dates.py
    """
    found = column.str.extract_groups(_CLOCK).struct.unnest()
    hour = found["H"].cast(pl.Int64, strict=False)
    minute = found["M"].cast(pl.Int64, strict=False)
    second = found["S"].cast(pl.Int64, strict=False)
    odd = found["zone"].is_not_null() | column.str.contains("/", literal=True)
    known = pl.select(pl.when(~odd).then(hour)).to_series()
    first = known * 3600 + minute.fill_null(0) * 60 + second.fill_null(0)
    width = pl.select(
        pl.when(second.is_not_null()).then(0).when(minute.is_not_null()).then(59).otherwise(3599)
    ).to_series()
    last = (first + width).clip(upper_bound=_DAY_IN_SECONDS)
    return pl.DataFrame({"first": first, "last": last})


def certainly_after(column: pl.Series, date: dt.date) -> pl.Series:
    """Whether each --DTC value lies after `date` whatever its missing parts are; never null."""
    return (earliest(column) > date).fill_null(False)


def malformed(column: pl.Series) -> pl.Series:
    """Whether each --DTC value is present and yet no ISO 8601 date.

    column : (n,) text
    Returns  (n,) bool, never null.
    Source   SDTMIG 3.4, section 4.4.2.
    """
    read = _read(column)
    bad_day = _key(column).is_in([key for key in _distinct(column) if key not in read])
    is_timed = column.str.contains("T", literal=True) & ~column.str.contains("/", literal=True)
    bad_clock = is_timed & ~column.str.contains(_CLOCK)
    return (bad_day | bad_clock).fill_null(False)


def _key(column: pl.Series) -> pl.Series:
    """What a value says of the day: all of an interval, of anything else what is before the T."""
    whole = column.str.contains("/", literal=True)
    day = column.str.extract("^([^T]*)")
    return pl.select(pl.when(whole).then(column).otherwise(day)).to_series()


def _distinct(column: pl.Series) -> list[str]:
    return _key(column).drop_nulls().unique().to_list()


def _read(column: pl.Series) -> dict[str, PartialDate]:
    # A column of a million values holds a few thousand days: each is read once.
    read = {key: parse_partial(key) for key in _distinct(column)}
    return {key: date for key, date in read.items() if date is not None}


def _mapped(
    column: pl.Series, values: dict[str, Any], dtype: pl.DataType | type[pl.DataType] = pl.Date
) -> pl.Series:
    return _key(column).replace_strict(values, default=None, return_dtype=dtype)
