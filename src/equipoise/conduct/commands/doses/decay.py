"""What is left of an activity, to the minute."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

_MINUTES_A_DAY: Final = 1440
_DIGITS: Final = 4  # of a GBq: tenths of a megabecquerel, finer than any dose calibrator


def decayed(
    activity: float, *, calibrated: dt.datetime, at: dt.datetime, half_life_days: float
) -> float:
    """The activity at a moment, from what was measured at another, earlier or later.

    activity : in any unit, in which the answer is; calibrated, at : with their time zones
    Source   A(t) = A(0) 2^(-t / half life).
    Checked  tests/unit/conduct/commands/test_doses.py, worked by hand.

    >>> noon = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    >>> decayed(8.0, calibrated=noon, at=noon + dt.timedelta(days=6), half_life_days=6)
    4.0
    """
    minutes = round((at - calibrated).total_seconds() / 60)
    left = activity * 2.0 ** (-minutes / (half_life_days * _MINUTES_A_DAY))
    return float(round(left, _DIGITS))


def falls_to(
    least: float, activity: float, *, calibrated: dt.datetime, half_life_days: float
) -> dt.datetime:
    """The last minute at which there is as much as `least`, as `decayed` tells it.

    Source   t = half life log2(A(0) / A).
    Checked  tests/unit/conduct/commands/test_doses.py, against `decayed`.
    """
    days = half_life_days * math.log2(activity / least)
    return calibrated + dt.timedelta(minutes=math.floor(days * _MINUTES_A_DAY))
