"""Rubin's rules: one answer from several completed data sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from equipoise.errors import InputError


class Pooled(NamedTuple):
    """A pooled estimate; `missing` is the share of its variance that imputation adds."""

    estimate: float
    standard_error: float
    df: float
    p: float
    lower: float
    upper: float
    missing: float


def rubin(
    estimates: Sequence[float],
    variances: Sequence[float],
    *,
    df: float = math.inf,
    level: float = 0.95,
) -> Pooled:
    """Pool the estimates of m completed data sets.

    estimates, variances : (m,) each, m >= 2; df : degrees of freedom had nothing been missing
    Raises   InputError if m < 2, a number is not finite or a variance not above 0.
    Source   Rubin 1987; Barnard & Rubin 1999, Biometrika 86:948 (degrees of freedom).
    Checked  tests/byhand/test_missing.py.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    m = len(q)
    if q.shape != u.shape or q.ndim != 1 or m < 2:
        raise InputError(
            "pooling: expected an estimate and a variance from two imputations or more"
        )
    if not (np.isfinite(q).all() and np.isfinite(u).all() and (u > 0).all()):
        raise InputError("pooling: expected finite estimates with variances above 0")
    if not 0 < level < 1:
        raise InputError(f"confidence level {level}: expected a number between 0 and 1")
    estimate, within, between = float(q.mean()), float(u.mean()), float(q.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    pooled_df = _degrees(m, extra / total, df)
    error = math.sqrt(total)
    half = -float(stdtrit(pooled_df, (1 - level) / 2)) * error
    p = 2 * float(stdtr(pooled_df, -abs(estimate) / error))
    return Pooled(estimate, error, pooled_df, p, estimate - half, estimate + half, extra / total)


def _degrees(m: int, share: float, complete: float) -> float:
    """Barnard-Rubin: `share` of the total variance is between imputations."""
    old = (m - 1) / share**2 if share > 0 else math.inf
    if math.isinf(complete):
        return old
    seen = (complete + 1) / (complete + 3) * complete * (1 - share)
    return seen if math.isinf(old) else 1 / (1 / old + 1 / seen)
