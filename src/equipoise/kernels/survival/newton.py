"""The Cox model of one or three covariates on whole days: rows sorted and the maximum found in one
call.

The common case, for which the steps of `analysis.survival.regression.ascent` are taken here.
Where anything is out of the ordinary the answer is "not usable", and the general road says why.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.survival.cox import reciprocals
from equipoise.kernels.survival.days import DAYS, FLAGS, sorted_keys, survey, width

TERMS = (1, 3)
"""The numbers of covariates whose sums are written out."""

_STEPS = 12
"""Newton steps allowed; 3 to 5 are usual."""

_ALMOST = 1e-6
"""After a step this small, in within-risk-set standard deviations, the next would be its square."""

APART = 1e-4
"""Share of a covariate's spread that those before it must leave unexplained."""

_FLAT = 1e-11
"""Relative change of the log likelihood taken as none."""

_STILL = 1e-7
"""Spread within risk sets, of that over all rows, taken as none: rounding leaves about 1e-8."""

_FADED = 1e-6
"""Information left, of that at 0, which makes one ask whether there is a maximum."""

_RUNNING = 1e-2
"""A step this large while the likelihood stands still means the coefficient runs to infinity."""

COVARIATES = types.Array(types.float64, 2, "A", readonly=True)


PASS = (
    "float64(float64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], float64[::1],"
    " boolean, float64[::1], float64[:, ::1])"
)


@njit(PASS, cache=True, nogil=True, error_model="numpy")
def one_term(
    x: Floats,
    first: Ints,
    point: Ints,
    lo: Ints,
    hi: Ints,
    beta: Floats,
    efron: bool,
    score: Floats,
    info: Floats,
) -> float:
    """`partial_likelihood` of one covariate, every sum kept in a register."""
    b = beta[0]
    loglik = down = spread = 0.0
    product = 1.0
    for g in range(first.size - 1):
        s0 = s1 = s2 = 0.0
        end = first[g + 1]
        for m in range(point[g + 1] - 1, point[g] - 1, -1):
            e0 = e1 = e2 = 0.0
            for i in range(hi[m], end):
                v = x[i, 0]
                r = math.exp(b * v)
                s0, s1, s2 = s0 + r, s1 + r * v, s2 + r * v * v
            for i in range(lo[m], hi[m]):
                v = x[i, 0]
                r = math.exp(b * v)
                e0, e1, e2 = e0 + r, e1 + r * v, e2 + r * v * v
            s0, s1, s2 = s0 + e0, s1 + e1, s2 + e2
            end, deaths = lo[m], float(hi[m] - lo[m])
            if deaths == 1.0 or not efron:
                mean = s1 / s0
                if deaths == 1.0 and 1e-50 < s0 < 1e50:
                    # one logarithm of many factors
                    product *= s0
                    if not 1e-200 < product < 1e200:
                        loglik -= math.log(product)
                        product = 1.0
                else:
                    loglik -= deaths * math.log(s0)
                down += deaths * mean
                spread += deaths * (s2 / s0 - mean * mean)
            else:
                logs, a, c, aa, ac, cc = reciprocals(s0, e0, hi[m] - lo[m])
                loglik -= logs
                down += s1 * a - e1 * c
                spread += s2 * a - e2 * c - (s1 * s1 * aa + e1 * e1 * cc - 2.0 * s1 * e1 * ac)
    score[0] -= down
    info[0, 0] += spread
    return loglik - math.log(product)


@njit(
    "UniTuple(float64, 10)(float64[:, ::1], int64, int64, float64, float64, float64)",
    cache=True,
    nogil=True,
)
def sums_of_three(x: Floats, lo: int, hi: int, b: float, c: float, d: float) -> Any:
    """Over rows lo..hi-1 the sums of r = exp(x beta), r x, and r x x' (lower triangle)."""
    s = u1 = v1 = w1 = uu = vu = vv = wu = wv = ww = 0.0
    for i in range(lo, hi):
        u, v, w = x[i, 0], x[i, 1], x[i, 2]
        r = math.exp(b * u + c * v + d * w)
        ru, rv, rw = r * u, r * v, r * w
        s, u1, v1, w1 = s + r, u1 + ru, v1 + rv, w1 + rw
        uu, vu, vv = uu + ru * u, vu + rv * u, vv + rv * v
        wu, wv, ww = wu + rw * u, wv + rw * v, ww + rw * w
    return s, u1, v1, w1, uu, vu, vv, wu, wv, ww


@njit("UniTuple(float64, 10)(UniTuple(float64, 10), UniTuple(float64, 10))", cache=True, nogil=True)
def plus(s: Any, e: Any) -> Any:
    """Two sets of sums added."""
    return (
        s[0] + e[0], s[1] + e[1], s[2] + e[2], s[3] + e[3], s[4] + e[4],
        s[5] + e[5], s[6] + e[6], s[7] + e[7], s[8] + e[8], s[9] + e[9],
    )  # fmt: skip


@njit(PASS, cache=True, nogil=True, error_model="numpy")
def three_terms(
    x: Floats,
    first: Ints,
    point: Ints,
    lo: Ints,
    hi: Ints,
    beta: Floats,
    efron: bool,
    score: Floats,
    info: Floats,
) -> float:
    """`partial_likelihood` of three covariates, sums over rows kept in registers."""
    b, c, d = beta[0], beta[1], beta[2]
    nothing = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    loglik, product = 0.0, 1.0
    for g in range(first.size - 1):
        s = nothing
        end = first[g + 1]
        for m in range(point[g + 1] - 1, point[g] - 1, -1):
            deaths = float(hi[m] - lo[m])
            if deaths == 1.0 or not efron:
                s = plus(s, sums_of_three(x, lo[m], end, b, c, d))
                u = 1.0 / s[0]
                logs, a, f, ff, fg, gg = 0.0, u, 0.0, u * u, 0.0, 0.0
                each, e = deaths, nothing
                if deaths == 1.0 and 1e-50 < s[0] < 1e50:
                    # one logarithm of many factors
                    product *= s[0]
                    if not 1e-200 < product < 1e200:
                        logs, product = math.log(product), 1.0
                else:
                    logs = math.log(s[0])
            else:
                e = sums_of_three(x, lo[m], hi[m], b, c, d)
                s = plus(s, plus(e, sums_of_three(x, hi[m], end, b, c, d)))
                logs, a, f, ff, fg, gg = reciprocals(s[0], e[0], hi[m] - lo[m])
                each = 1.0
            loglik -= each * logs
            end = lo[m]
            place = 4
            for j in range(3):
                sj, ej = s[1 + j], e[1 + j]
                score[j] -= each * (sj * a - ej * f)
                for k in range(j + 1):
                    sk, ek = s[1 + k], e[1 + k]
                    squares = sj * sk * ff + ej * ek * gg - (sj * ek + ej * sk) * fg
                    info[j, k] += each * (s[place] * a - e[place] * f - squares)
                    place += 1
    return loglik - math.log(product)


@njit(PASS, cache=True, nogil=True)
def partial_likelihood(
    x: Floats,
    first: Ints,
    point: Ints,
    lo: Ints,
    hi: Ints,
    beta: Floats,
    efron: bool,
    score: Floats,
    info: Floats,
) -> float:
    """Log partial likelihood less x'beta of the events; takes the events' means from `score` and
    adds the information into `info` (lower triangle).

    x : (n, 1) or (n, 3) sorted by stratum, then time, events of a day before those censored
    first : (g + 1,) where each stratum begins; point : (g + 1,) where its event times begin
    lo, hi : (m,) the rows of the events at each event time
    Source   Efron 1977; Breslow 1974.
    """
    if beta.size == 1:
        return one_term(x, first, point, lo, hi, beta, efron, score, info)
    return three_terms(x, first, point, lo, hi, beta, efron, score, info)


@njit("boolean(float64[:, ::1], float64[::1], float64[::1], float64[:, ::1])",
      cache=True, nogil=True)  # fmt: skip
def solve(info: Floats, score: Floats, step: Floats, inverse: Floats) -> bool:
    """Whether `info` (lower triangle) is far from singular; if so info^-1 score and info^-1."""
    p = score.size
    root = np.zeros((p, p))
    for j in range(p):
        for k in range(j + 1):
            v = info[j, k]
            for i in range(k):
                v -= root[j, i] * root[k, i]
            if k < j:
                root[j, k] = v / root[k, k]
            elif v <= APART * info[j, j]:
                return False
            else:
                root[j, j] = math.sqrt(v)
    for c in range(p):
        for j in range(p):
            v = 1.0 if j == c else 0.0
            for i in range(j):
                v -= root[j, i] * inverse[i, c]
            inverse[j, c] = v / root[j, j]
        for j in range(p - 1, -1, -1):
            v = inverse[j, c]
            for i in range(j + 1, p):
                v -= root[i, j] * inverse[i, c]
            inverse[j, c] = v / root[j, j]
    for j in range(p):
        step[j] = 0.0
        for k in range(p):
            step[j] += inverse[j, k] * score[k]
    return True


@njit(
    "boolean(float64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], float64[::1],"
    " int64, boolean, float64[::1])",
    cache=True,
    nogil=True,
)
def climb(
    x: Floats,
    first: Ints,
    point: Ints,
    lo: Ints,
    hi: Ints,
    total: Floats,
    events: int,
    efron: bool,
    out: Floats,
) -> bool:
    """Newton's method from 0; False if a step is out of the ordinary.

    total : (p,) sum of x over events; the others as `partial_likelihood`
    out : filled with the log likelihood at 0 and at the maximum, coefficients and gradient at 0
          (p each), information at 0 and inverse information at the maximum (p^2 each)
    """
    p = total.size
    beta, step, spread, score = np.zeros(p), np.zeros(p), np.zeros(p), total.copy()
    info, inverse = np.zeros((p, p)), np.zeros((p, p))
    now = partial_likelihood(x, first, point, lo, hi, beta, efron, score, info)
    for j in range(p):
        spread[j] = math.sqrt(max(info[j, j], 0.0) / events)
        squares = 0.0
        for i in range(x.shape[0]):
            squares += x[i, j] * x[i, j]
        if spread[j] <= _STILL * math.sqrt(squares / x.shape[0]):
            return False
        out[2 + p + j] = score[j]
        for k in range(p):
            out[2 + 2 * p + j * p + k] = info[max(j, k), min(j, k)]
    out[0] = now
    for _ in range(_STEPS):
        if not solve(info, score, step, inverse):
            return False
        size = 0.0
        for j in range(p):
            size = max(size, abs(step[j]) * spread[j])
            beta[j] += step[j]
            score[j] = total[j]
            for k in range(p):
                info[j, k] = 0.0
        before = now
        now = partial_likelihood(x, first, point, lo, hi, beta, efron, score, info)
        for j in range(p):
            now += beta[j] * total[j]
        if not now - before > -_FLAT * abs(before):
            return False
        if size <= _ALMOST:
            out[1] = now
            for j in range(p):
                out[2 + j] = beta[j]
            usable = solve(info, score, step, inverse)
            for j in range(p):
                usable &= info[j, j] > _FADED * out[2 + 2 * p + j * p + j]
                for k in range(p):
                    out[2 + 2 * p + (p + j) * p + k] = inverse[j, k]
            return usable
        if size > _RUNNING and now - before <= _FLAT * abs(now):
            return False
    return False


@njit((DAYS, FLAGS, COVARIATES, DAYS, types.boolean), cache=True, nogil=True)
def cox_of_days(day: Ints, event: Bools, x: Floats, stratum: Ints, efron: bool) -> Any:
    """Whether rows are usable and the maximum was found, and if so the sorted rows and the fit:
    order (n,) followed by first (g + 1,); event (n,); centered x (n, p); time (n,) followed by
    what `climb` found, the means of x and the number of events.

    x : (n, p), p one of TERMS, in any layout
    """
    n, p = x.shape
    usable, low, span, _, strata, seen = survey(day, event, stratum[:0], stratum)
    usable &= n == day.size and seen > 0
    size = n if usable else 0
    places = np.zeros(size + strata + 1, np.int64)
    order, first = places[:size], places[size:]
    died, rows = np.empty(size, np.bool_), np.empty((size, p))
    numbers = np.zeros(size + 3 + 3 * p + 2 * p * p)
    time, out = numbers[:size], numbers[size:]
    center, total = out[-1 - p : -1], np.zeros(p)
    out[-1] = seen
    for j in range(p if usable else 0):
        for i in range(n):
            center[j] += x[i, j]
        center[j] /= n
        usable &= math.isfinite(center[j])
    if not usable:
        return False, places, died, rows, numbers
    row_bits, day_bits = width(n - 1), width(span - 1)
    key = np.empty(n, np.int64)
    for i in range(n):
        k = day[i] - low
        if stratum.size:
            k |= stratum[i] << day_bits
        key[i] = (k << 1 | (not event[i])) << row_bits | i
    key = sorted_keys(key, strata << (day_bits + 1 + row_bits), row_bits)
    point = np.zeros(strata + 1, np.int64)
    lo, hi = np.empty(seen, np.int64), np.empty(seen, np.int64)
    m, last = 0, np.int64(-1)
    for i in range(n):
        r, k = key[i] & ((1 << row_bits) - 1), key[i] >> row_bits
        order[i], died[i] = r, not k & 1
        time[i] = low + (k >> 1 & ((1 << day_bits) - 1))
        for j in range(p):
            rows[i, j] = x[r, j] - center[j]
        if died[i]:
            if k != last:
                last = k
                lo[m] = i
                m += 1
            hi[m - 1] = i + 1
            for j in range(p):
                total[j] += rows[i, j]
        s = (k >> (day_bits + 1)) + 1
        first[s], point[s] = i + 1, m
    for s in range(strata):
        first[s + 1], point[s + 1] = max(first[s + 1], first[s]), max(point[s + 1], point[s])
    usable = climb(rows, first, point, lo, hi, total, seen, efron, out)
    return usable, places, died, rows, numbers
