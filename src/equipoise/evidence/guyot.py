"""Patient-level times from one published Kaplan-Meier curve and its numbers at risk.

Between two numbers at risk the number censored is unknown. Each possible number, spread evenly over
the interval, implies events at the curve's drops; of those that leave exactly the published number
at risk, the one whose curve lies closest to the published one is taken.

Source   Guyot, Ades, Ouwens & Welton 2012, BMC Med Res Methodol 12:9. Two steps differ, each to the
         same end: the number censored is searched by least squares instead of iterated, and events
         are capped at what the numbers at risk allow where the paper alters the numbers at risk.
Checked  tests/byhand/test_guyot.py; tests/oracle/evidence (known data sets).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats, Ints


class Drops(NamedTuple):
    """A cleaned curve: S comes down to `survival` somewhere after `after` and by `time`.

    after, time : (N,) ascending, one unit throughout; survival : (N,) never rising
    """

    after: Floats
    time: Floats
    survival: Floats


class AtRisk(NamedTuple):
    """Published numbers at risk, (m,) each; the first time is 0, the numbers never rise."""

    time: Floats
    number: Ints


class Patients(NamedTuple):
    """Reconstructed subjects in order of time, (n,) each."""

    time: Floats
    event: NDArray[np.bool_]


class Stretch(NamedTuple):
    """The curve between two numbers at risk.

    start, end : its limits; entering : at risk at `start`; height : S estimated up to there
    """

    start: float
    end: float
    entering: int
    height: float
    drops: Drops


class Fall(NamedTuple):
    """Events at each drop of a stretch, S after the last, and squared distance from the curve."""

    events: Ints
    height: float
    distance: float


def reconstruct_arm(drops: Drops, at_risk: AtRisk, *, events: int | None = None) -> Patients:
    """Subjects whose Kaplan-Meier curve follows `drops` and whose numbers at risk are those given.

    events : the published total, which then settles the censoring after the last number at risk
    Returns  as many subjects as the first number at risk.
    Source   Guyot et al. 2012, section "Methods".
    Checked  tests/byhand/test_guyot.py; tests/oracle/evidence.
    """
    last = max(float(drops.time[-1]), float(at_risk.time[-1]))
    limits = [*at_risk.time.tolist(), float(np.nextafter(last, np.inf))]
    numbers = at_risk.number.tolist()
    height = 1.0
    died: list[float] = []
    left: list[float] = []
    for i, entering in enumerate(numbers):
        stretch = cut(drops, limits[i], limits[i + 1], entering, height)
        if i + 1 < len(numbers):
            leaving = entering - numbers[i + 1]
            censored = between(stretch, leaving)
        else:
            leaving = entering
            wanted = None if events is None else events - len(died)
            censored = after_last(stretch, rate=_rate(len(left), limits[i]), events=wanted)
        found = fall(stretch, censored, leaving - censored)
        height = found.height
        died += placed(stretch.drops, found.events)
        left += spread(stretch, censored).tolist()
    left += [last] * (numbers[0] - len(died) - len(left))
    return _in_order(died, left)


def _rate(censored: int, by: float) -> float:
    return censored / by if by > 0.0 else 0.0


def cut(drops: Drops, start: float, end: float, entering: int, height: float) -> Stretch:
    """The stretch from `start` to `end`; nobody is followed past the end of the curve."""
    middle = (drops.after + drops.time) / 2.0
    inside = (middle >= start) & (middle < end)
    followed = max(float(drops.time[-1]), start)
    return Stretch(start, min(end, followed), entering, height, Drops(*(c[inside] for c in drops)))


def spread(stretch: Stretch, censored: int) -> Floats:
    """Times of `censored` subjects, evenly over the stretch."""
    share = (np.arange(censored) + 0.5) / max(censored, 1)
    return stretch.start + (stretch.end - stretch.start) * share


def fall(stretch: Stretch, censored: int, most: int) -> Fall:
    """Events, at most `most` in all, that bring S down as the curve goes."""
    gone = np.searchsorted(spread(stretch, censored), stretch.drops.time, side="left").tolist()
    events = np.zeros(len(gone), dtype=np.int64)
    height, seen, distance = stretch.height, 0, 0.0
    for k, goal in enumerate(stretch.drops.survival.tolist()):
        at_risk = stretch.entering - seen - gone[k]
        if at_risk > 0 and height > 0.0:
            died = min(round(at_risk * (1.0 - goal / height)), most - seen)
            if died > 0:
                events[k] = died
                seen += died
                height *= 1.0 - died / at_risk
        distance += (height - goal) ** 2
    return Fall(events, height, distance)


def between(stretch: Stretch, leaving: int) -> int:
    """How many of the `leaving` are censored: exact in number, closest to the curve, fewest."""
    best, closest = leaving, np.inf
    for censored in range(leaving + 1):
        found = fall(stretch, censored, leaving - censored)
        if found.events.sum() == leaving - censored and found.distance < closest:
            best, closest = censored, found.distance
    return best


def after_last(stretch: Stretch, *, rate: float, events: int | None) -> int:
    """Censored after the last number at risk: at the rate before, or so as to meet `events`."""
    usual = min(round(rate * (stretch.end - stretch.start)), stretch.entering)
    if events is None:
        return usual

    def miss(censored: int) -> tuple[int, int]:
        found = fall(stretch, censored, stretch.entering - censored)
        return abs(int(found.events.sum()) - events), abs(censored - usual)

    return min(range(stretch.entering + 1), key=miss)


def placed(drops: Drops, events: Ints) -> list[float]:
    """Times of the events: on the drop's day, or evenly over the time in which it may lie."""
    return [t for k in np.flatnonzero(events) for t in _evenly(drops, int(k), int(events[k]))]


def _evenly(drops: Drops, k: int, died: int) -> Iterator[float]:
    start, end = float(drops.after[k]), float(drops.time[k])
    return (start + (end - start) * (j + 0.5) / died for j in range(died))


def _in_order(died: list[float], left: list[float]) -> Patients:
    time = np.array([*died, *left], dtype=np.float64)
    event = np.arange(len(time)) < len(died)
    order = np.lexsort((~event, time))
    return Patients(time[order], event[order])
