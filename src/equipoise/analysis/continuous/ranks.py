"""Rank tests of two arms: Wilcoxon's rank-sum and, over strata, van Elteren's."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.analysis.estimates import Interval
from equipoise.analysis.survival.arrays import arms_of, finite, same_length, strata_of
from equipoise.arrays import Floats, Ints, SmallInts
from equipoise.errors import InputError

EXACT_WAYS = 2e7
"""The exact distribution is worked out while rows times sums reachable are at most so many."""

RankWeights = Literal["van Elteren", "summed"]
"""What the rank sums of strata are multiplied with: 1 / (rows + 1), or 1."""


class RankTest(NamedTuple):
    """A rank test of two arms.

    z : above 0 when the experimental arm (code 1) has the higher values; p : two-sided
    statistic : Mann and Whitney's count of pairs in which the experimental value is higher, ties
        one half; for van Elteren's test the weighted sum of ranks less its mean
    exact : whether p is over every allocation, or by the normal distribution
    """

    statistic: float
    z: float
    p: float
    exact: bool


class RankedStrata(NamedTuple):
    """Of each stratum with both arms: doubled midranks of its rows, and how many are treated."""

    ranks: tuple[Ints, ...]
    treated: tuple[SmallInts, ...]


def wilcoxon(y: Any, arm: Any, *, exact: bool | None = None, correct: bool = True) -> RankTest:
    """Wilcoxon's rank-sum test of two arms, which is Mann and Whitney's.

    y : (n,) finite; arm : (n,) codes 0 control, 1 experimental
    exact : over every allocation, ties and all; by default where no values are tied and both arms
        have fewer than 50 rows, as R's
    correct : False to leave out the continuity correction of one half from the normal
    Raises   InputError if an arm is empty, all values are tied, or there are too many rows for
             an exact P value.
    Source   Wilcoxon 1945; Mann & Whitney 1947; Streitberg & Rohmel 1986 (exact, ties too).
    Checked  tests/byhand/test_ranks.py; tests/oracle/tables (R wilcox.test, exactRankTests, coin);
             twin `rank_p_plain`.
    """
    found = strata_with_both(y, arm, None)
    ranks, treated = found.ranks[0], found.treated[0] == 1
    n, m = treated.size, int(treated.sum())
    count = float(ranks[treated].sum()) / 2 - m * (m + 1) / 2
    gap = count - m * (n - m) / 2
    spread = float(np.sqrt(_variance(ranks, m)))
    z = gap / spread
    untied = np.unique(ranks).size == n
    if exact is None:
        exact = untied and max(m, n - m) < 50
    if exact:
        return RankTest(count, z, exact_rank_p(found, np.ones(1)), True)
    moved = np.sign(gap) * max(abs(gap) - 0.5, 0.0) / spread if correct else z
    return RankTest(count, float(moved), float(2 * ndtr(-abs(moved))), False)


def van_elteren(
    y: Any, arm: Any, stratum: Any, *, weights: RankWeights = "van Elteren", exact: bool = False
) -> RankTest:
    """Wilcoxon's test over strata: each stratum's rank sum with weight 1 / (rows + 1).

    y, arm : as `wilcoxon`; stratum : (n,) codes; strata of one arm say nothing and are left out
    weights : van Elteren's, best where the shift is the same in every stratum, or all 1
    exact : True for the P value over every allocation within strata
    Raises   InputError as `wilcoxon`, or if no stratum has both arms.
    Source   van Elteren 1960, Bull Int Stat Inst 37:351; Lehmann 1975, section 3.3 (SAS FREQ:
             CMH2 of modified ridit scores).
    Checked  tests/byhand/test_ranks.py; tests/oracle/tables (R coin, and the formula written out).
    """
    if weights not in ("van Elteren", "summed"):
        raise InputError(f"weights: {weights!r} found; expected van Elteren or summed")
    found = strata_with_both(y, arm, stratum)
    sizes = np.array([r.size for r in found.ranks])
    w = 1.0 / (sizes + 1) if weights == "van Elteren" else np.ones(sizes.size)
    gap = variance = 0.0
    for ranks, treated, weight in zip(found.ranks, found.treated, w, strict=True):
        m = int(treated.sum())
        gap += weight * (float(ranks[treated == 1].sum()) / 2 - m * (ranks.size + 1) / 2)
        variance += weight**2 * _variance(ranks, m)
    if variance == 0:
        raise InputError("y: tied throughout every stratum; not testable")
    gap = float(gap)
    z = gap / float(np.sqrt(variance))
    p = exact_rank_p(found, w) if exact else float(2 * ndtr(-abs(z)))
    return RankTest(gap, z, p, exact)


def strata_with_both(y: Any, arm: Any, stratum: Any) -> RankedStrata:
    """Checked rows by stratum, those of one arm left out.

    Raises   InputError as `wilcoxon`.
    """
    values = finite(y, "y")
    code, k = arms_of(arm)
    group, g = strata_of(stratum)
    same_length(y=values, arm=code, stratum=group)
    if k != 2:
        raise InputError("arm: a rank test compares two arms")
    block = np.zeros(values.size, np.int32) if group is None else group
    parts = [(values[block == s], code[block == s]) for s in range(g)]
    both = [(v, a) for v, a in parts if a.size and 0 < a.sum() < a.size]
    if not both:
        raise InputError("stratum: none has both arms; expected fewer or wider strata")
    ranks = tuple(np.rint(2 * _ranked(v)).astype(np.int64) for v, _ in both)
    if all((r == r[0]).all() for r in ranks):
        raise InputError("y: all values are tied; not testable")
    return RankedStrata(ranks, tuple(a for _, a in both))


def _ranked(values: Floats) -> Floats:
    """(n,) ranks from 1 up, the mean rank where values are tied."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])


def _variance(ranks: Ints, m: int) -> float:
    """Of the sum of m of the midranks drawn without replacement; ranks are doubled."""
    n = ranks.size
    return m * (n - m) / (n * (n - 1)) * float(((ranks - (n + 1)) ** 2).sum()) / 4


def exact_rank_p(found: RankedStrata, weight: Floats) -> float:
    """The share of allocations whose weighted rank sum is as far from its mean as the one seen.

    Raises   InputError if there are too many rows.
    """
    parts = [_ways(r, int(a.sum())) for r, a in zip(found.ranks, found.treated, strict=True)]
    value, ways = np.zeros(1), np.ones(1)
    total = 0.0
    for (sums, count), w, ranks, treated in zip(
        parts, weight, found.ranks, found.treated, strict=True
    ):
        mean = float(treated.sum()) * (ranks.size + 1)
        value = np.add.outer(value, w * (sums - mean)).ravel()
        ways = np.multiply.outer(ways, count).ravel()
        total += w * (float(ranks[treated == 1].sum()) - mean)
        value, ways = _merged(value, ways)
    far = abs(total) - 1e-9 * max(1.0, float(np.abs(value).max()))
    return min(1.0, float(ways[np.abs(value) >= far].sum() / ways.sum()))


def _merged(value: Floats, ways: Floats) -> tuple[Floats, Floats]:
    """Sums that are equal but for rounding made one."""
    if value.size > EXACT_WAYS:
        raise InputError(f"exact: {value.size:.3g} sums to go over; expected fewer rows or strata")
    key = np.round(value, 9)
    same, place = np.unique(key, return_inverse=True)
    return same, np.bincount(place, weights=ways).astype(np.float64)


def _ways(ranks: Ints, m: int) -> tuple[Floats, Floats]:
    """Sums of m of the doubled midranks, and the share of allocations that give each."""
    low = int(ranks.min())
    steps = ranks - low
    size = int(np.sort(steps)[-m:].sum()) + 1
    if size * m * ranks.size > 50 * EXACT_WAYS:
        raise InputError(f"exact: {ranks.size} rows found; expected fewer, or exact=False")
    table = np.zeros((m + 1, size))
    table[0, 0] = 1.0
    for i, step in enumerate(steps):
        # the share, not the number, of ways: it does not overflow
        for j in range(min(i + 1, m), 0, -1):
            share = j / (i + 1)
            came = np.zeros(size)
            came[step:] = table[j - 1, : size - step] if step else table[j - 1]
            table[j] = (1 - share) * table[j] + share * came
    count = table[m]
    kept = np.flatnonzero(count)
    return kept.astype(np.float64) + m * low, count[kept]


def rank_p_plain(y: Floats, arm: SmallInts) -> float:
    """Twin of the exact P value: every way to choose the experimental arm."""
    from itertools import combinations

    ranks, m = _ranked(y), int(arm.sum())
    mean = m * (len(y) + 1) / 2
    far = abs(float(ranks[arm == 1].sum()) - mean) - 1e-9
    sums = [sum(ranks[list(c)]) for c in combinations(range(len(y)), m)]
    return float(np.mean([abs(s - mean) >= far for s in sums]))


def hodges_lehmann(y: Any, arm: Any, *, level: float = 0.95) -> Interval:
    """The median of all differences, experimental less control, with limits among them.

    Limits are exact where no values are tied and both arms have fewer than 50 rows (Moses), else by
    the normal distribution of the rank sum.
    Raises   InputError as `wilcoxon`, or unless 0 < level < 1.
    Source   Hodges & Lehmann 1963, Ann Math Stat 34:598; Hollander & Wolfe 1999, section 4.3.
    Checked  tests/oracle/tables (R wilcox.test, conf.int).
    """
    if not 0 < level < 1:
        raise InputError(f"level: {level} found; expected a number between 0 and 1")
    found = strata_with_both(y, arm, None)
    values, code = finite(y, "y"), np.asarray(arm)
    gaps = np.sort(np.subtract.outer(values[code == 1], values[code == 0]).ravel())
    ranks, m = found.ranks[0], int(found.treated[0].sum())
    n, tail = ranks.size, (1 - level) / 2
    if np.unique(ranks).size == n and max(m, n - m) < 50:
        below = np.cumsum(_ways(ranks, m)[1])
        k = int(np.searchsorted(below, tail * (1 - 1e-9)))
    else:
        k = int(np.rint(gaps.size / 2 + ndtri(tail) * np.sqrt(_variance(ranks, m))))
    k = max(k, 1)
    return Interval(float(np.median(gaps)), float(gaps[k - 1]), float(gaps[gaps.size - k]))
