"""A linear combination of coefficients as a t test."""

from __future__ import annotations

from typing import Any, NamedTuple

from scipy.special import stdtr, stdtrit

from equipoise.errors import InputError


class Contrast(NamedTuple):
    """A linear combination of coefficients with its t test."""

    estimate: float
    standard_error: float
    df: float
    t: float
    p: float
    lower: float
    upper: float


class FTest(NamedTuple):
    """A test that several linear combinations are nought."""

    statistic: float
    numerator_df: int
    denominator_df: float
    p: float


class Mean(NamedTuple):
    """A least-squares mean of one arm, at one visit if there are visits."""

    arm: Any
    visit: Any
    value: Contrast


class Difference(NamedTuple):
    """An arm's least-squares mean minus the control's, at one visit if there are visits."""

    arm: Any
    control: Any
    visit: Any
    value: Contrast


def t_test(estimate: float, standard_error: float, df: float, *, level: float = 0.95) -> Contrast:
    """An estimate as a two-sided t test with limits; raises InputError unless 0 < level < 1."""
    if not 0.0 < level < 1.0:
        raise InputError(f"confidence level {level}: expected a number between 0 and 1")
    half = -float(stdtrit(df, (1 - level) / 2)) * standard_error
    t = estimate / standard_error
    p = 2 * float(stdtr(df, -abs(t)))
    return Contrast(estimate, standard_error, df, t, p, estimate - half, estimate + half)
