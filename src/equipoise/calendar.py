"""Time is whole days; a month is 30.4375 of them, and that is said here once."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375  # 365.25 / 12

_ISO = re.compile(
    r"^(?P<y>\d{4}|-)(?:-(?P<m>\d{2}|-)(?:-(?P<d>\d{2}|-)"
    r"(?:T(?P<H>\d{2}|-)(?::(?P<M>\d{2}|-)(?::(?P<S>\d{2})(?:\.\d+)?)?)?)?)?)?$"
)


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


@dataclass(frozen=True, slots=True)
class PartialDate:
    """An ISO 8601 date of which month, day or time may be missing (SDTM --DTC)."""

    year: int | None
    month: int | None = None
    day: int | None = None
    time: str | None = None

    @property
    def date(self) -> dt.date | None:
        """The date if it is whole, else None."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return dt.date(self.year, self.month, self.day)

    def first(self) -> dt.date | None:
        """The earliest day this can be."""
        if self.year is None:
            return None
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last(self) -> dt.date | None:
        """The latest day this can be."""
        if self.year is None:
            return None
        if self.day is not None:
            return dt.date(self.year, self.month or 12, self.day)
        month = self.month or 12
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])


def parse_partial(text: str) -> PartialDate | None:
    """Read an SDTM --DTC value; None if it is no ISO 8601 date.

    Source   SDTMIG 3.4, section 4.4.2 (missing parts are left off, or stand as a hyphen).
    """
    found = _ISO.match(text.strip())
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
