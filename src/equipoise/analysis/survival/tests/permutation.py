"""Permutation log-rank tests: scores fixed, arms shuffled, normal or exact P value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import ndtr

from equipoise.analysis.survival.arrays import choice
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.arrays import Bools, Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.curve import product_limit
from equipoise.kernels.survival.table import tabulate

Scores = Literal["log-rank", "gehan-breslow", "tarone-ware", "peto-peto"]

SCORES: tuple[Scores, ...] = get_args(Scores)

EXACT_ROWS = 40
"""Exact P values go over all 2^(n/2) subsets of each half of the rows."""


@dataclass(frozen=True)
class Permutation:
    """A permutation test of two arms.

    z : below 0 when the experimental arm (code 1) does better; statistic : sum of its scores
    p : two-sided; exact : whether over all allocations, or by the normal distribution
    """

    z: float
    p: float
    statistic: float
    exact: bool


def permutation_logrank(
    time: Any, event: Any, arm: Any, *, scores: Scores = "log-rank", exact: bool = False
) -> Permutation:
    """The log-rank test of two arms given the scores, all allocations of the same sizes alike.

    Each row scores w(t) event - sum of w(s) d(s) / Y(s) up to its time; the variance is that of
    sampling without replacement, so it differs from the hypergeometric one of `logrank`.
    time, event, arm : as `logrank`
    scores : w = 1, Y (gehan-breslow), the root of Y (tarone-ware) or S(t-) (peto-peto)
    exact : True for the P value over every allocation, for at most 40 rows
    Raises   InputError as `logrank`, for more than two arms, or for exact with more rows.
    Source   Strasser & Weber 1999; Hothorn et al. 2008, J Stat Software 28(8).
    Checked  tests/oracle/survival (R coin).
    """
    choice(scores, SCORES, "scores")
    table = arms_table(time, event, arm)
    if table.events.shape[1] != 2:
        raise InputError("arm: the permutation test compares two arms")
    treated = np.asarray(arm) == 1
    score = row_scores(np.asarray(time), np.asarray(event) != 0, scores)
    n, m = treated.size, int(treated.sum())
    total = float(score[treated].sum())
    mean = m * score.mean()
    variance = m * (n - m) / (n - 1) * score.var()
    if variance == 0:
        raise InputError("time: all rows have one score; not testable")
    z = float((total - mean) / np.sqrt(variance))
    if not exact:
        return Permutation(z, float(2 * ndtr(-abs(z))), total, False)
    if n > EXACT_ROWS:
        raise InputError(f"exact: {n} rows found; expected at most {EXACT_ROWS}")
    return Permutation(z, exact_p(score, m, total), total, True)


def row_scores(time: Any, event: Bools, scores: Scores) -> Floats:
    """(n,) the score of each row."""
    table = tabulate(np.ascontiguousarray(time), event)
    events, leaving = table.events[:, 0].copy(), table.leaving[:, 0].copy()
    risk, survival, _ = product_limit(events, leaving)
    weight = {
        "log-rank": np.ones(risk.size),
        "gehan-breslow": risk,
        "tarone-ware": np.sqrt(risk),
        "peto-peto": np.concatenate(([1.0], survival[:-1])),
    }[scores]
    spent = np.cumsum(weight * events / risk)
    # near ties were made one time, so each row reads the last time not above its own
    place = np.searchsorted(table.time, time, side="right") - 1
    out: Floats = weight[place] * event - spent[place]
    return out


def exact_p(score: Floats, m: int, total: float) -> float:
    """P that the sum of m of the scores, drawn without replacement, is as far from its mean.

    Rows are halved; every subset of one half meets the sorted sums of the fitting subsets of the
    other.
    """
    n = score.size
    centered = score - score.mean()
    far = abs(total - m * score.mean()) * (1 - 1e-10)
    size_a, sum_a = subsets(centered[: n // 2])
    size_b, sum_b = subsets(centered[n // 2 :])
    extreme = every = 0
    for k in range(max(0, m - (n - n // 2)), min(m, n // 2) + 1):
        a, b = sum_a[size_a == k], np.sort(sum_b[size_b == m - k])
        every += a.size * b.size
        extreme += int(np.searchsorted(b, -far - a, side="right").sum())
        extreme += int((b.size - np.searchsorted(b, far - a, side="left")).sum())
    return min(1.0, extreme / every)


def subsets(values: Floats) -> tuple[SmallInts, Floats]:
    """Size and sum of every subset, (2^n,) each."""
    size, total = np.zeros(1, np.int32), np.zeros(1)
    for value in values:
        size, total = np.concatenate((size, size + 1)), np.concatenate((total, total + value))
    return size, total
