"""Re-randomization test: the P value that the trial's own allocation procedure justifies."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response.rates import clopper_pearson
from equipoise.arrays import Ints
from equipoise.errors import InputError

Alternative = Literal["two-sided", "less", "greater"]


class Rerandomization(NamedTuple):
    """Observed statistic, its place among re-randomizations, and the Monte Carlo error.

    exceedances : re-randomizations at least as extreme; p = (exceedances + 1) / (draws + 1)
    """

    statistic: float
    p: float
    standard_error: float
    exceedances: int
    draws: int
    limits: Interval


def rerandomization_test(
    statistic: Callable[[Ints], float],
    *,
    arm: npt.ArrayLike,
    allocate: Callable[[int], npt.ArrayLike],
    draws: int = 9999,
    alternative: Alternative = "two-sided",
) -> Rerandomization:
    """Compare the observed statistic with those under allocations the procedure could have made.

    statistic : of an arm vector, outcomes held fixed; larger favors the experimental arm
    arm : (n,) the allocation that happened; allocate : counter 0, 1, ... to an (n,) arm vector
    alternative : "two-sided" compares absolute values
    Raises   InputError if draws is not positive, an allocation has another length, or the observed
             statistic is not finite. A draw whose statistic is not finite counts as extreme.
    Source   Rosenberger & Lachin 2016, Randomization in Clinical Trials, chapter 6; Phipson & Smyth
             2010, Stat Appl Genet Mol Biol 9:39 (the added one).
    Checked  tests/byhand (six allocations of four subjects); tests/laws/test_missing.py (level).
    """
    seen = np.asarray(arm, dtype=np.int64)
    if draws < 1:
        raise InputError(f"draws {draws}: expected at least 1")
    observed = float(statistic(seen))
    if not math.isfinite(observed):
        raise InputError("statistic: not finite for the allocation that happened")
    place = _place(alternative)
    bar = place(observed)
    slack = 1e-12 * max(1.0, abs(bar))  # a statistic equal but for rounding is as extreme
    exceed = 0
    for counter in range(draws):
        again = np.asarray(allocate(counter), dtype=np.int64)
        if again.shape != seen.shape:
            raise InputError(f"allocation {counter}: {again.shape}; expected {len(seen)} arms")
        exceed += not place(float(statistic(again))) < bar - slack
    p = (exceed + 1) / (draws + 1)
    error = math.sqrt(p * (1 - p) / draws)
    return Rerandomization(observed, p, error, exceed, draws, clopper_pearson(exceed, draws))


def _place(alternative: Alternative) -> Callable[[float], float]:
    places: dict[str, Callable[[float], float]] = {
        "two-sided": abs,
        "greater": lambda t: t,
        "less": lambda t: -t,
    }
    if alternative not in places:
        raise InputError(f'alternative "{alternative}": expected two-sided, less or greater')
    return places[alternative]
