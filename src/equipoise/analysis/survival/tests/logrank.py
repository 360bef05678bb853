"""The log-rank test of two or more arms, stratified or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise.analysis.survival.arrays import (
    arms_of,
    code_column,
    day_columns,
    flags,
    same_length,
    strata_of,
    times,
)
from equipoise.analysis.survival.entered import sorted_span, span, whole_weights
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.entered import entered_sums, entered_table
from equipoise.kernels.survival.logrank import logrank_of_days, logrank_sums
from equipoise.kernels.survival.table import RiskTable, tabulate

UNIT = np.empty(0)
HALF_ROOT = math.sqrt(0.5)


@dataclass(frozen=True)
class LogRank:
    """A (weighted) log-rank test.

    z : for two arms, below 0 when the experimental arm (code 1) does better; None for more
    chisq, df, p : the test of equal hazards, two-sided
    observed, expected : (k,) (weighted) numbers of events by arm
    variance : (k, k) covariance of observed - expected
    """

    z: float | None
    chisq: float
    df: int
    p: float
    observed: Floats
    expected: Floats
    variance: Floats

    @property
    def p_better(self) -> float | None:
        """One-sided: that z is no lower if the hazards are equal; None for more than two arms."""
        return None if self.z is None else float(ndtr(self.z))

    def __repr__(self) -> str:
        z = "" if self.z is None else f"Z {self.z:.4g}  "
        return f"LogRank  {z}chi-square {self.chisq:.4g} on {self.df} df  P {self.p:.4g}"


def logrank(
    time: Any,
    event: Any,
    arm: Any,
    stratum: Any = None,
    *,
    start: Any = None,
    weight: Any = None,
) -> LogRank:
    """Log-rank test of k arms, stratified if `stratum` is given.

    time : (n,) int64 or float64, time from randomization, one unit throughout
    event : (n,) bool or 0/1, True if the event was seen
    arm : (n,) codes, 0 control, 1 ... experimental
    stratum : (n,) codes 0, 1, ... or None
    start : (n,) when a row comes under observation, after which it is at risk (delayed entry)
    weight : (n,) whole numbers above 0, how many rows a row counts as
    Returns  LogRank; z < 0 when the experimental arm does better.
    Raises   InputError if an arm is empty, no event is seen, or no stratum compares the arms; if a
             row starts at or after its end, or a weight is no whole number.
    Source   Mantel 1966; Jennison & Turnbull 2000, section 13.1.
    Checked  tests/byhand/test_logrank.py; tests/byhand/test_entered.py; tests/oracle/survival and
             tests/oracle/tables (R survdiff, coxph); twins `logrank_sums_plain`,
             `entered_sums_plain`.
    """
    if start is not None or weight is not None:
        return _entered(time, event, arm, stratum, start, weight)
    days, code, group = day_columns(time, event), code_column(arm), code_column(stratum)
    if days is not None and code is not None and group is not None and code.size:
        usable, *sums = logrank_of_days(*days, code, group)
        if usable:
            return tested(*sums)
    table = arms_table(time, event, arm, stratum)
    return combined(*logrank_sums(table.events, table.leaving, table.first, UNIT))


def _entered(time: Any, event: Any, arm: Any, stratum: Any, start: Any, weight: Any) -> LogRank:
    rows = span(time, event, start, weight)
    whole_weights(rows.weight)
    code, k = arms_of(arm)
    group, g = strata_of(stratum)
    same_length(time=rows.time, arm=code, stratum=group)
    if not rows.event.any():
        raise InputError("event: no events; a test needs at least one")
    table = entered_table(sorted_span(rows, code, group, g), k)
    return combined(*entered_sums(table.events, table.at_risk, table.first))


def arms_table(time: Any, event: Any, arm: Any, stratum: Any = None) -> RiskTable:
    """The risk table of two or more arms from checked rows.

    Raises   InputError as `logrank`.
    """
    t, e = times(time), flags(event)
    code, k = arms_of(arm)
    group, g = strata_of(stratum)
    same_length(time=t, event=e, arm=code, stratum=group)
    if not e.any():
        raise InputError("event: no events; a test needs at least one")
    return tabulate(t, e, code, group, arms=k, strata=g)


def combined(observed: Floats, expected: Floats, covariance: Floats) -> LogRank:
    """The test from sums per stratum, numerators and variances added over strata."""
    return tested(observed.sum(axis=0), expected.sum(axis=0), covariance.sum(axis=0))


def tested(observed: Floats, expected: Floats, variance: Floats) -> LogRank:
    """The quadratic form of observed - expected in the inverse of its covariance.

    Raises   InputError if the covariance leaves nothing to test.
    """
    if observed.size == 2 and variance[1, 1] > 0:
        z = float(observed[1] - expected[1]) / math.sqrt(variance[1, 1])
        # chi-square on 1 df is the square of a normal
        p = math.erfc(abs(z) * HALF_ROOT)
        return LogRank(z, z * z, 1, p, observed, expected, variance)
    if not (variance.diagonal() > 0).any():
        raise InputError("arm: no event was seen while two arms were at risk; not testable")
    gap = observed - expected
    # arms never at risk together lower the rank, and with it the degrees of freedom
    df = int(np.linalg.matrix_rank(variance, hermitian=True))
    chisq = float(gap @ np.linalg.pinv(variance, hermitian=True) @ gap)
    return LogRank(None, chisq, df, float(chdtrc(df, chisq)), observed, expected, variance)
