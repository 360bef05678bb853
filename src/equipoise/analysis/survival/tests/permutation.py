"""Permutation log-rank tests: scores fixed, arms shuffled; normal, exact or drawn P value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equipoise.analysis.survival.arrays import choice
from equipoise.analysis.survival.tests.logrank import arms_table
from equipoise.arrays import Bools, Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.permuted import SHUFFLE, permuted_sums
from equipoise.kernels.survival.curve import product_limit
from equipoise.kernels.survival.table import tabulate

Scores = Literal["log-rank", "gehan-breslow", "tarone-ware", "peto-peto"]

SCORES: tuple[Scores, ...] = get_args(Scores)

EXACT_ROWS = 40
"""Exact P values go over all 2^(n/2) subsets of each half of the rows."""


Reference = Literal["normal", "exact", "drawn"]
"""What a P value is read from: the normal, every allocation, or allocations drawn."""


@dataclass(frozen=True)
class Permutation:
    """A permutation test of two arms.

    z : below 0 when the experimental arm (code 1) does better; statistic : sum of its scores
    p : two-sided; reference : what it was read from
    """

    z: float
    p: float
    statistic: float
    reference: Reference


class ScoreMoments(NamedTuple):
    """The scores of the experimental arm: their sum, and its mean and variance if shuffled."""

    total: float
    mean: float
    variance: float

    @property
    def z(self) -> float:
        """How far the sum is from its mean, in standard deviations."""
        return float((self.total - self.mean) / np.sqrt(self.variance))


def permutation_logrank(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    stratum: ArrayLike | None = None,
    *,
    scores: Scores = "log-rank",
    exact: bool = False,
    draws: int = 0,
    seed: int | None = None,
) -> Permutation:
    """The log-rank test of two arms given the scores, all allocations of the same sizes alike.

    Each row scores w(t) event - sum of w(s) d(s) / Y(s) up to its time, among its stratum; the
    variance is that of sampling without replacement, so it differs from `logrank`'s.
    time, event, arm, stratum : as `logrank`; arms are shuffled within strata
    scores : w = 1, Y (gehan-breslow), the root of Y (tarone-ware) or S(t-) (peto-peto)
    exact : True for the P value over every allocation, for at most 40 rows of one stratum
    draws, seed : how many allocations are drawn for the P value, keyed by the seed
    Raises   InputError as `logrank`, for more than two arms, for exact with more rows or strata, or
             for draws without a seed.
    Source   Strasser & Weber 1999; Hothorn et al. 2008, J Stat Software 28(8); Phipson & Smyth
             2010, Stat Appl Genet Mol Biol 9:39 (the drawn P counts the allocation seen).
    Checked  tests/oracle/survival and tests/oracle/tables (R coin); twin `permuted_sums_plain`.
    """
    choice(scores, SCORES, "scores")
    _asked(exact, draws, seed)
    table = arms_table(time, event, arm, stratum)
    if table.events.shape[1] != 2:
        raise InputError("arm: the permutation test compares two arms")
    treated = np.asarray(arm) == 1
    block = np.zeros(treated.size, np.int64) if stratum is None else np.asarray(stratum)
    score = stratified_scores(np.asarray(time), np.asarray(event) != 0, block, scores)
    found = moments(score, treated, block)
    if not exact and not draws:
        return Permutation(found.z, float(2 * ndtr(-abs(found.z))), found.total, "normal")
    if not exact:
        p = drawn_p(score, treated, block, found, draws, int(seed or 0))
        return Permutation(found.z, p, found.total, "drawn")
    if treated.size > EXACT_ROWS or np.unique(block).size > 1:
        raise InputError(
            f"exact: {treated.size} rows in {np.unique(block).size} strata found; expected at most "
            f"{EXACT_ROWS} in one (otherwise `draws` and `seed`)"
        )
    p = exact_p(score, int(treated.sum()), found.total)
    return Permutation(found.z, p, found.total, "exact")


def _asked(exact: bool, draws: int, seed: int | None) -> None:
    if draws < 0 or (exact and draws):
        raise InputError(f"draws: {draws} found; expected 0 or more, and none if exact")
    if draws and seed is None:
        raise InputError("seed: none given; drawn allocations need a whole number")


def stratified_scores(time: Any, event: Bools, block: Any, scores: Scores) -> Floats:
    """(n,) the score of each row among its stratum."""
    out = np.empty(time.size)
    for g in np.unique(block):
        mine = block == g
        out[mine] = row_scores(time[mine], event[mine], scores)
    return out


def moments(score: Floats, treated: Bools, block: Any) -> ScoreMoments:
    """Sum, mean and variance of the scores of the treated, strata added.

    Raises   InputError if no stratum has both arms and different scores.
    """
    mean = variance = 0.0
    for g in np.unique(block):
        own = score[block == g]
        n, m = own.size, int(treated[block == g].sum())
        mean += m * own.mean()
        variance += m * (n - m) / (n - 1) * own.var() if n > 1 else 0.0
    if variance == 0:
        raise InputError("time: all rows have one score; not testable")
    return ScoreMoments(float(score[treated].sum()), float(mean), float(variance))


def drawn_p(
    score: Floats, treated: Bools, block: Any, found: ScoreMoments, draws: int, seed: int
) -> float:
    """The share of allocations, the one seen among them, whose sum is as far from its mean."""
    order = np.argsort(block, kind="stable").astype(np.int64)
    _, starts = np.unique(np.asarray(block)[order], return_index=True)
    first = np.append(starts, order.size).astype(np.int64)
    count = np.add.reduceat(treated[order].astype(np.int64), first[:-1])
    sums = permuted_sums(score[order], order, first, count, seed, draws, SHUFFLE)
    far = abs(found.total - found.mean) * (1 - 1e-10)
    return float((1 + int((np.abs(sums - found.mean) >= far).sum())) / (draws + 1))


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
