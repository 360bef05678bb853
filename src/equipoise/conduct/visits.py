"""The schedule of activities as planned days, one row per encounter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import DOSING
from equipoise.protocol.language.points import parse_point
from equipoise.protocol.model import Regimen, Visit
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


def dosed_at(visit: Visit, regimens: Iterable[Regimen]) -> tuple[Regimen, ...]:
    """The regimens on whose days a visit is held: of the drug that it goes with.

    Where it names none, those of its interval that findings at a visit for dosing may change.
    """
    if visit.drug is not None:
        return tuple(one for one in regimens if one.drug == visit.drug and one.every is not None)
    if DOSING not in visit.do or visit.every is None:
        return ()
    return tuple(
        one
        for one in regimens
        if one.every is not None and one.every.days == visit.every.days and one.modify
    )


def dosed_in(protocol: Protocol, visit: Visit, arm: str) -> tuple[Regimen, ...]:
    """The regimens of an arm on whose days a visit is held; none where it is not for the arm."""
    return dosed_at(visit, protocol.arms[arm].give) if visit.is_for(arm) else ()


def is_held_in(protocol: Protocol, visit: Visit, arm: str) -> bool:
    """Whether patients of an arm have a visit: it is for them, and where it goes with doses, they
    get some.
    """
    goes_with_doses = any(dosed_in(protocol, visit, one) for one in protocol.arms)
    return visit.is_for(arm) and (not goes_with_doses or bool(dosed_in(protocol, visit, arm)))


def is_of_some_arms(protocol: Protocol, visit: Visit) -> bool:
    """Whether a visit is held in some arms and not in others, so that it tells the arm."""
    return not all(is_held_in(protocol, visit, arm) for arm in protocol.arms)


def dosing_visits(
    protocol: Protocol, key: str, *, arm: str, given: Sequence[int], horizon: int
) -> Encounters:
    """The visits at which an arm's drug is given: those held, and those still to come.

    They are as many as the regimen says, and each counts from the actual dose before, where the
    regimen does. An arm that gets no such drug has none.
    given : study days of the doses so far, in order
    Raises   InputError for an arm that the protocol does not have.
    Checked  tests/unit/conduct/test_visits.py.
    """
    if arm not in protocol.arms:
        raise InputError(f'there is no arm "{arm}"; arms here: {", ".join(protocol.arms)}')
    visit = protocol.visits[key]
    days: set[int] = set()
    for regimen in dosed_in(protocol, visit, arm):
        days |= set(_dose_days(protocol, visit, regimen, given=given, horizon=horizon))
    day = np.array(sorted(days), dtype=np.int64)
    return on_doses(protocol, key, day)


def on_doses(protocol: Protocol, key: str, day: NDArray[np.int64]) -> Encounters:
    """A visit for dosing, held on these days: they are counted, not named by week."""
    visit = protocol.visits[key]
    order = list(protocol.visits).index(key) + 1
    step = _interval(protocol, visit)
    label = (visit.label or key).capitalize()
    count = len(day)
    return Encounters(
        key,
        day,
        tuple(f"{label} {k + 1}" for k in range(count)),
        np.round(step // 7 * np.arange(count) + 1.0 + order / 100, 2),
        visit.window.whole_days if visit.window else 0,
        visit.epoch or "",
    )


def _interval(protocol: Protocol, visit: Visit) -> int:
    """Days between the doses of a visit, as the plan has them."""
    if visit.every is not None:
        return visit.every.whole_days
    found = [one.every for k in protocol.arms for one in dosed_in(protocol, visit, k) if one.every]
    return found[0].whole_days if found else 0


def _dose_days(
    protocol: Protocol, visit: Visit, regimen: Regimen, *, given: Sequence[int], horizon: int
) -> list[int]:
    every = regimen.every.whole_days if regimen.every else 0
    first = 1 + (regimen.start.whole_days if regimen.start else 0)
    span = protocol.epochs[visit.epoch].lasts if visit.epoch in protocol.epochs else None
    end = min(horizon, (point_in_time(regimen.until) or horizon) + 1)
    end = min(end, span.whole_days + 1) if span else end
    days = list(given)
    while regimen.times is None or len(days) < regimen.times:
        is_actual = regimen.counted_from == "actual previous" and days
        day = days[-1] + every if is_actual else first + every * len(days)
        if day > end or (every == 0 and days):
            break
        days.append(day)
    return days


def planned(protocol: Protocol, key: str, *, horizon: int) -> Encounters:
    """The planned encounters of the visit `key`, up to study day `horizon`.

    A visit without an end of its own ends with its epoch's longest duration. One at the data
    cut-off, or at any time, has none.
    Raises   InputError for a visit at which a drug is given: its days are those of an arm's doses,
             see `dosing_visits`.
    Checked  tests/unit/conduct/test_visits.py.
    """
    visit = protocol.visits[key]
    if any(dosed_in(protocol, visit, arm) for arm in protocol.arms):
        raise InputError(f"{key}: goes with the doses of an arm; ask for those of one arm")
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
    if visit.at_cutoff or visit.at_any_time:
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
