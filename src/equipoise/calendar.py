"""Time is whole days; a month is 30.4375 of them, and that is said here once."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Literal

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375  # 365.25 / 12

CLOCK = (
    r"T(?P<H>[01]\d|2[0-4]|-)(?::(?P<M>[0-5]\d|-)(?::(?P<S>[0-5]\d)(?:\.\d+)?)?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?"
)
"""A time of day after its date: parts may be left off at the end, or stand as a hyphen."""

_ISO = re.compile(r"^(?P<y>\d{4}|-)(?:-(?P<m>\d{2}|-)(?:-(?P<d>\d{2}|-)(?:" + CLOCK + r")?)?)?$")


def months(days: float) -> float:
    """Days as months, for axes and prose."""
    return days / DAYS_PER_MONTH


def days_in(value: float, unit: str) -> float:
    """`value` days, weeks, months or years, as days (not rounded)."""
    per = {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": DAYS_PER_YEAR}
    return value * per[unit.rstrip("s")]


def study_day(date: dt.date, origin: dt.date) -> int:
    """CDISC study day: the origin is day 1, the day before is day -1, there is no day 0.

    Source   SDTMIG 3.4, section 4.4.4.
    """
    gap = (date - origin).days
    return gap + 1 if gap >= 0 else gap


Missing = Literal["D", "M", "Y"]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """An ISO 8601 date of which month, day or time may be missing (SDTM --DTC).

    time : what stands behind the T
    until : the last date it can be, where an interval of uncertainty was collected
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    time: str | None = None
    until: PartialDate | None = None

    @property
    def date(self) -> dt.date | None:
        """The date if only one day can be meant, else None."""
        first = self.first()
        return first if first == self.last() else None

    @property
    def missing(self) -> Missing | None:
        """What has to be filled in: the day, the month (with or without the day), or the year too.

        None where the day is known, and where not even a year is.
        Source   CDISC ADaM controlled terminology, codelist DATEFL.
        """
        first, last = self.first(), self.last()
        if first is None or last is None or first == last:
            return None
        if first.year != last.year:
            return "Y"
        return "M" if first.month != last.month else "D"

    def first(self) -> dt.date | None:
        """The earliest day this can be."""
        if self.year is None:
            return None
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last(self) -> dt.date | None:
        """The latest day this can be."""
        if self.until is not None:
            return self.until.last()
        if self.year is None:
            return None
        if self.day is not None:
            return dt.date(self.year, self.month or 12, self.day)
        month = self.month or 12
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])


def parse_partial(text: str) -> PartialDate | None:
    """Read an SDTM --DTC value; None if it is no ISO 8601 date.

    Source   SDTMIG 3.4, section 4.4.2 (missing parts are left off, or stand as a hyphen; an
             interval of uncertainty is two dates with a slash between).
    Checked  tests/unit/test_calendar.py
    """
    first, slash, last = text.strip().partition("/")
    begun = _parse_one(first)
    if not slash or begun is None:
        return begun
    ended = _parse_one(last)
    if ended is None or not _in_order(begun, ended):
        return None
    return replace(begun, until=ended)


def _parse_one(text: str) -> PartialDate | None:
    # Hyphens at the end stand for parts that might as well be left off.
    found = _ISO.match(text if "T" in text else text.rstrip("-") or text[:1])
    if not found:
        return None
    y, m, d = (found[k] for k in ("y", "m", "d"))
    year, month, day = (None if part in (None, "-") else int(part) for part in (y, m, d))
    # Parts that are missing stand for ones that fit: only those written can be out of range.
    try:
        dt.date(4 if year is None else year, *(1 if p is None else p for p in (month, day)))
    except ValueError:
        return None
    return PartialDate(year, month, day, time=text.partition("T")[2] or None)


def _in_order(begun: PartialDate, ended: PartialDate) -> bool:
    first, last = begun.first(), ended.last()
    return first is None or last is None or first <= last
