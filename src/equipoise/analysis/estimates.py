"""The two shapes of an answer: an estimate with its limits, and a chi-square test."""

from __future__ import annotations

from typing import NamedTuple


class Interval(NamedTuple):
    """An estimate with its two-sided confidence limits; NaN where one is not estimable."""

    estimate: float
    lower: float
    upper: float


class ChiSquare(NamedTuple):
    """A chi-square statistic with its degrees of freedom and P value."""

    statistic: float
    df: int
    p: float
