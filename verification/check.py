"""A check is a name and a function that yields rows: found, expected, and the band that passes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ERRORS = 4.0
"""Monte Carlo standard errors to either side: of 100 right rows one falls outside in 160 runs."""
TAIL = 6.3e-5
"""The two-sided normal probability outside 4 standard errors."""
SEED = 20240607


class Row(NamedTuple):
    """One number and its band. It passes from `low` to `high`, both included."""

    name: str
    found: float
    expected: float
    low: float
    high: float

    @property
    def ok(self) -> bool:
        return self.low <= self.found <= self.high


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work a run may do, and where its pictures go.

    share : of the full number of trials; folder : None draws nothing; workers : threads
    """

    share: float = 1.0
    folder: Path | None = None
    workers: int = 2

    def trials(self, full: int) -> int:
        """Trials of a check that has `full` of them in a full run; never under 400."""
        return max(400, round(full * self.share))


class Check(NamedTuple):
    """A named check; `run` yields its rows."""

    name: str
    run: Callable[[Budget], Iterable[Row]]


def near(name: str, found: float, expected: float, *, error: float, slack: float = 0.0) -> Row:
    """A Monte Carlo figure: 4 standard errors, and what theory itself leaves open (`slack`)."""
    half = ERRORS * error + slack
    return Row(name, found, expected, expected - half, expected + half)


def within(name: str, found: float, expected: float, *, half: float, error: float) -> Row:
    """A figure promised to `half`, Monte Carlo error included if the promise has room for it."""
    noise = ERRORS * error
    half = half if noise <= half else half + noise
    return Row(name, found, expected, expected - half, expected + half)


def at_least(name: str, found: float, floor: float) -> Row:
    """A figure that must not fall below a floor."""
    return Row(name, found, floor, floor, math.inf)


def distance(name: str, found: float, n: int) -> Row:
    """A Kolmogorov-Smirnov distance of n draws, against its limit at the probability `TAIL`.

    For discrete distributions the limit is a wide one.
    """
    return Row(name, found, 0.0, 0.0, math.sqrt(math.log(2.0 / TAIL) / (2.0 * n)))


def run(checks: Iterable[Check], budget: Budget) -> Iterator[tuple[str, Row]]:
    """Every row with the name of its check, as they come."""
    for check in checks:
        for row in check.run(budget):
            yield check.name, row
