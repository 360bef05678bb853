"""Whole columns of ISO 8601 dates, some of them partial, as first and last possible days."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from equipoise.calendar import CLOCK, parse_partial

_CLOCK = CLOCK.replace("?P<", "?<") + "$"
_DAY_IN_SECONDS = 86_400
_EPOCH = dt.date(1970, 1, 1).toordinal()
_REMEMBERED = 1 << 15  # a trial's days: ninety years of them
_FEW = 8192  # values that are sooner read one by one than told apart first


class _Days(NamedTuple):
    """What a text says of the day, in days of polars; None where it does not say.

    whole : the day if only one can be meant; missing : D, M or Y
    """

    first: int | None = None
    last: int | None = None
    whole: int | None = None
    missing: str | None = None
    is_date: bool = False


class _Known(dict[str, Any]):
    """A part of what each text says, of as many texts as are remembered."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, text: str) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[text] = getattr(_read(_key(text)), self._part)
        return found


_KNOWN = {part: _Known(part) for part in _Days._fields}


def earliest(column: pl.Series) -> pl.Series:
    """The first day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _days(column, "first")


def latest(column: pl.Series) -> pl.Series:
    """The last day each --DTC value can mean.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, has no year or is no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _days(column, "last")


def whole(column: pl.Series) -> pl.Series:
    """The day of each --DTC value that leaves no doubt of it.

    column : (n,) text
    Returns  (n,) Date; null where the value is missing, partial or no date.
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _days(column, "whole")


def missing(column: pl.Series) -> pl.Series:
    """What each --DTC value lacks of a day: "D", "M" or "Y"; null where nothing, or all, is.

    column : (n,) text
    Checked  tests/unit/sdtm/test_dates.py, against calendar.PartialDate.
    """
    return _told(column, "missing", pl.String())


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


def certainly_after(column: pl.Series, date: dt.date | pl.Series) -> pl.Series:
    """Whether each --DTC value lies after `date` whatever its missing parts are; never null.

    date : of all values, or (n,) of each
    """
    return (earliest(column) > date).fill_null(False)


def malformed(column: pl.Series) -> pl.Series:
    """Whether each --DTC value is present and yet no ISO 8601 date.

    column : (n,) text
    Returns  (n,) bool, never null.
    Source   SDTMIG 3.4, section 4.4.2.
    """
    bad_day = ~_told(column, "is_date", pl.Boolean())
    is_timed = column.str.contains("T", literal=True) & ~column.str.contains("/", literal=True)
    bad_clock = is_timed & ~column.str.contains(_CLOCK)
    return column.is_not_null() & (bad_day | bad_clock).fill_null(False)


def _days(column: pl.Series, part: str) -> pl.Series:
    return _told(column, part, pl.Int32()).cast(pl.Date)


def _told(column: pl.Series, part: str, kind: pl.DataType) -> pl.Series:
    """What each text says, null of none; a column of a million values holds a few thousand days."""
    known = _KNOWN[part]
    if len(column) <= _FEW:
        said = [None if text is None else known[text] for text in column.to_list()]
        return pl.Series(column.name, said, dtype=kind)
    texts = column.drop_nulls().unique()
    each = pl.Series([known[text] for text in texts.to_list()], dtype=kind)
    return column.replace_strict(texts, each, default=None, return_dtype=kind)


def _key(text: str) -> str:
    """What a value says of the day: all of an interval, of anything else what is before the T."""
    return text if "/" in text else text.partition("T")[0]


@lru_cache(maxsize=_REMEMBERED)
def _read(key: str) -> _Days:
    date = parse_partial(key)
    if date is None:
        return _NOTHING
    first, last, only = (
        None if day is None else day.toordinal() - _EPOCH
        for day in (date.first(), date.last(), date.date)
    )
    return _Days(first, last, only, date.missing, is_date=True)


_NOTHING = _Days()
