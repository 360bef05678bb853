"""Whole columns of ISO 8601 dates, some of them partial, as first and last possible days."""

from __future__ import annotations

import datetime as dt

import polars as pl

from equipoise.calendar import parse_partial

_CLOCK = (
    r"T(?:[01]\d|2[0-4]|-)(?::(?:[0-5]\d|-)(?::[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?)?$"
)
_DATE_LENGTH = len("2014-01-31")


def earliest(column: pl.Series) -> pl.Series:
    """The first day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _mapped(column, {key: bounds[0] for key, bounds in _bounds(column).items()})


def latest(column: pl.Series) -> pl.Series:
    """The last day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _mapped(column, {key: bounds[1] for key, bounds in _bounds(column).items()})


def certainly_after(column: pl.Series, date: dt.date) -> pl.Series:
    """Whether each --DTC value lies after `date` whatever its missing parts are; never null."""
    return (earliest(column) > date).fill_null(False)


def malformed(column: pl.Series) -> pl.Series:
    """Whether each --DTC value is present and yet no ISO 8601 date.

    column : (n,) text
    Returns  (n,) bool, never null.
    Source   SDTMIG 3.4, section 4.4.2.
    """
    days = _bounds(column)
    bad_day = _key(column).is_in([key for key in _distinct(column) if key not in days])
    is_timed = column.str.contains("T", literal=True)
    bad_clock = is_timed & ~column.str.contains(_CLOCK)
    trailing = ~is_timed & (column.str.len_chars() > _DATE_LENGTH)
    return (bad_day | bad_clock | trailing).fill_null(False)


def _key(column: pl.Series) -> pl.Series:
    return column.str.slice(0, _DATE_LENGTH)


def _distinct(column: pl.Series) -> list[str]:
    return _key(column).drop_nulls().unique().to_list()


def _bounds(column: pl.Series) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    # A column of a million values holds a few thousand days: each is read once.
    bounds = {}
    for key in _distinct(column):
        day = key.partition("T")[0]
        partial = parse_partial(day)
        if partial is not None and "00" not in day[4:].split("-"):
            bounds[key] = (partial.first(), partial.last())
    return bounds


def _mapped(column: pl.Series, days: dict[str, dt.date | None]) -> pl.Series:
    return _key(column).replace_strict(days, default=None, return_dtype=pl.Date)
