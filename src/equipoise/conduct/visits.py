"""The schedule of activities as planned days, one row per encounter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol import Protocol
from equipoise.protocol.language.points import parse_point
from equipoise.protocol.model import Visit
from equipoise.units import Duration

PROGRESSION = "progression"


class Encounters(NamedTuple):
    """The planned encounters of one row of the schedule.

    day : (m,) int64 study day in unbroken count: 1 is the day it is counted from, 0 the day before
    name : (m,) what each is called
    number : (m,) float64, in order of time within a subject
    window : days allowed either side, None where the protocol says nothing
    """

    key: str
    day: NDArray[np.int64]
    name: tuple[str, ...]
    number: NDArray[np.float64]
    window: int | None
    epoch: str


def point_in_time(text: str | None) -> int | None:
    """`week 76` as days after randomization; None if the sentence names no time.

    >>> point_in_time("week 76")
    532
    """
    point = parse_point(text)
    return point.whole_days if point is not None else None


def until_progression(text: str | None) -> bool:
    """Whether a sentence such as `progression by the central reader` ends something."""
    return PROGRESSION in (text or "")


def planned(protocol: Protocol, key: str, *, horizon: int) -> Encounters:
    """The planned encounters of the visit `key`, up to study day `horizon`.

    A visit without an end of its own ends with its epoch's longest duration. One at the data
    cut-off has none.
    Checked  tests/unit/conduct/test_visits.py.
    """
    visit = protocol.visits[key]
    days = np.array(_days(protocol, visit, horizon=horizon), dtype=np.int64)
    label = (visit.label or key).capitalize()
    order = list(protocol.visits).index(key) + 1
    if visit.every is None:
        names = tuple(label for _ in days)
        numbers = np.where(days <= 1, order / 100, _weeks(days) + order / 100)
    else:
        names = tuple(f"{label}, week {(day - 1) // 7}" for day in days)
        numbers = _weeks(days) + order / 100
    return Encounters(
        key,
        days,
        names,
        np.asarray(np.round(numbers, 2), dtype=np.float64),
        visit.window.whole_days if visit.window is not None else None,
        visit.epoch or "",
    )


def _weeks(days: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.floor((days - 1) / 7) + 1.0)


def _days(protocol: Protocol, visit: Visit, *, horizon: int) -> list[int]:
    if visit.day is not None:
        return [visit.day if visit.day > 0 else visit.day + 1]
    if visit.at_cutoff:
        return []  # planned for no patient's own day
    if visit.every is None:
        return [1 + (visit.at.whole_days if isinstance(visit.at, Duration) else 0)]
    start = visit.start.whole_days if visit.start else 0
    end = point_in_time(visit.until)
    epoch = protocol.epochs.get(visit.epoch or "")
    if end is None and not until_progression(visit.until) and epoch and epoch.lasts:
        end = start + epoch.lasts.whole_days
    last = horizon if end is None else min(horizon, end + 1)
    # A month is not a whole number of days: each encounter is rounded on its own.
    step = visit.every.days
    count = max(int((last - 1 - start) // step) + 2, 0)
    return [day for k in range(count) if (day := 1 + start + round(step * k)) <= last]
