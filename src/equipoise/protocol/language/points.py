"""Points in time after randomization: `week 76`, `month 6`, `day 29`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from equipoise.units import DURATION_DAYS, Duration, UnitError, parse_duration

_LONGEST: Final = 100 * 365.25
"""Days after randomization past which a point in time is out of all proportion."""

_POINT: Final = re.compile(r"^(?P<unit>day|week|month|year) (?P<number>[0-9]+(?:\.[0-9]+)?)$")
_LIKE_A_TIME: Final = re.compile(rf"^(?:[+-]?\d|(?:{'|'.join(DURATION_DAYS)})s?\b)")


def parse_point(text: str | None) -> Duration | None:
    """The time since randomization that a point names; None if the text names none.

    Day 1 is the day of randomization itself.

    >>> parse_point("week 76").whole_days, parse_point("day 29").whole_days
    (532, 28)
    """
    found = _POINT.match(text or "")
    if not found:
        return None
    span = parse_duration(f"{found['number']} {found['unit']}s")
    return Duration(max(span.value - 1, Decimal(0)), "day") if span.unit == "day" else span


def checked_end(value: Any) -> Any:
    """What ends something: a point in time, or an event in words such as `progression`.

    Raises   ValueError for what looks like a time and is no point.
    """
    if not isinstance(value, str) or not _LIKE_A_TIME.match(value):
        return value
    try:
        point = parse_point(value)
    except UnitError:
        point = None
    if point is None or point.days > _LONGEST:
        raise ValueError(
            f'"{value}" is no point in time; expected one such as week 24, or an event in words, '
            "such as progression"
        )
    return value
