"""The Cox model of up to three covariates on whole days: rows sorted and the maximum found in one
call.

The common case, for which the steps of `analysis.survival.likelihood.maximize` are taken here. Where
anything is out of the ordinary the answer is "not usable", and the general road says why.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from equipoise.kernels.survival.cox import clear, merge, single, tied
from equipoise.kernels.survival.days import DAYS, FLAGS, sorted_keys, survey, width
from equipoise.kernels.survival.order import Bools, Floats, Ints

FEW = 3
"""The most covariates taken."""

STEPS = 12
"""Newton steps allowed; 3 to 5 are usual."""

ALMOST = 1e-6
"""After a step this small, in within-risk-set standard deviations, the next would be its square."""

APART = 1e-4
"""Share of a covariate's spread that those before it must leave unexplained."""

FLAT = 1e-11
"""Relative change of the log likelihood taken as none, and a spread taken as none."""

RUNNING = 1e-2
"""A step this large while the likelihood stands still means the coefficient runs to infinity."""

COVARIATES = types.Array(types.float64, 2, "A", readonly=True)


SUMS = "float64(float64[:, ::1], int64, int64, float64[::1], float64[::1], float64[:, ::1])"


@njit(SUMS, cache=True, nogil=True)
def _one(x: Floats, lo: int, hi: int, beta: Floats, s1: Floats, s2: Floats) -> float:
    """`gather_rows` of one covariate, its sums kept in registers."""
    b = beta[0]
    total = one = two = 0.0
    for i in range(lo, hi):
        u = x[i, 0]
        r = math.exp(b * u)
        ru = r * u
        total, one, two = total + r, one + ru, two + ru * u
    s1[0] += one
    s2[0, 0] += two
    return total


@njit(SUMS, cache=True, nogil=True)
def _three(x: Floats, lo: int, hi: int, beta: Floats, s1: Floats, s2: Floats) -> float:
    """`gather_rows` of three covariates, their sums kept in registers."""
    b, c, d = beta[0], beta[1], beta[2]
    total = one = two = three = aa = ba = bb = ca = cb = cc = 0.0
    for i in range(lo, hi):
        u, v, w = x[i, 0], x[i, 1], x[i, 2]
        r = math.exp(b * u + c * v + d * w)
        ru, rv, rw = r * u, r * v, r * w
        total, one, two, three = total + r, one + ru, two + rv, three + rw
        aa, ba, bb = aa + ru * u, ba + rv * u, bb + rv * v
        ca, cb, cc = ca + rw * u, cb + rw * v, cc + rw * w
    s1[0], s1[1], s1[2] = s1[0] + one, s1[1] + two, s1[2] + three
    s2[0, 0], s2[1, 0], s2[1, 1] = s2[0, 0] + aa, s2[1, 0] + ba, s2[1, 1] + bb
    s2[2, 0], s2[2, 1], s2[2, 2] = s2[2, 0] + ca, s2[2, 1] + cb, s2[2, 2] + cc
    return total


@njit(SUMS, cache=True, nogil=True)
def _any(x: Floats, lo: int, hi: int, beta: Floats, s1: Floats, s2: Floats) -> float:
    """`gather_rows` of any number of covariates."""
    total = 0.0
    for i in range(lo, hi):
        eta = 0.0
        for j in range(beta.size):
            eta += beta[j] * x[i, j]
        r = math.exp(eta)
        total += r
        for j in range(beta.size):
            v = r * x[i, j]
            s1[j] += v
            for k in range(j + 1):
                s2[j, k] += v * x[i, k]
    return total


@njit(inline="always")
def gather_rows(x: Floats, lo: int, hi: int, beta: Floats, s1: Floats, s2: Floats) -> float:
    """Over rows lo..hi-1 with r = exp(x beta): the sum of r; r x and r x x' are added to s1, s2."""
    if beta.size == 1:
        return _one(x, lo, hi, beta, s1, s2)
    if beta.size == 3:
        return _three(x, lo, hi, beta, s1, s2)
    return _any(x, lo, hi, beta, s1, s2)


@njit(
    "float64(float64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], float64[::1],"
    " boolean, float64[::1], float64[:, ::1])",
    cache=True,
    nogil=True,
)
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

    x : (n, p) sorted by stratum, then time, events of a day before those censored
    first : (g + 1,) where each stratum begins; point : (g + 1,) where its event times begin
    lo, hi : (m,) the rows of the events at each event time
    """
    p = x.shape[1]
    s1, e1 = np.zeros(p), np.zeros(p)
    s2, e2 = np.zeros((p, p)), np.zeros((p, p))
    loglik = 0.0
    for g in range(first.size - 1):
        s0 = 0.0
        clear(s1, s2)
        end = first[g + 1]
        for m in range(point[g + 1] - 1, point[g] - 1, -1):
            deaths = hi[m] - lo[m]
            if deaths == 1 or not efron:
                s0 += gather_rows(x, lo[m], end, beta, s1, s2)
                loglik -= single(deaths, s0, s1, s2, score, info)
            else:
                s0 += gather_rows(x, hi[m], end, beta, s1, s2)
                clear(e1, e2)
                e0 = gather_rows(x, lo[m], hi[m], beta, e1, e2)
                s0 += e0
                merge(s1, s2, e1, e2)
                loglik -= tied(1.0, deaths, s0, s1, s2, e0, e1, e2, score, info)
            end = lo[m]
    return loglik


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
        if spread[j] <= FLAT:
            return False
        out[2 + p + j] = score[j]
        for k in range(p):
            out[2 + 2 * p + j * p + k] = info[max(j, k), min(j, k)]
    out[0] = now
    for _ in range(STEPS):
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
        if not now - before > -FLAT * abs(before):
            return False
        if size <= ALMOST:
            out[1] = now
            for j in range(p):
                out[2 + j] = beta[j]
            usable = solve(info, score, step, inverse)
            for j in range(p):
                for k in range(p):
                    out[2 + 2 * p + (p + j) * p + k] = inverse[j, k]
            return usable
        if size > RUNNING and now - before <= FLAT * abs(now):
            return False
    return False


@njit((DAYS, FLAGS, COVARIATES, DAYS, types.boolean), cache=True, nogil=True)
def cox_of_days(day: Ints, event: Bools, x: Floats, stratum: Ints, efron: bool) -> Any:
    """Whether rows are usable and the maximum was found, and if so the sorted rows and the fit:
    order (n,), time (n,), event (n,), centered x (n, p), first (g + 1,), and what `climb` found,
    followed by the means of x and the number of events.

    x : (n, p), p at most FEW, in any layout
    """
    n, p = x.shape
    usable, low, span, _, strata, seen = survey(day, event, stratum[:0], stratum)
    usable &= n == day.size and seen > 0
    size = n if usable else 0
    order, first = np.empty(size, np.int64), np.zeros(strata + 1, np.int64)
    time, died, rows = np.empty(size), np.empty(size, np.bool_), np.empty((size, p))
    out = np.zeros(3 + 3 * p + 2 * p * p)
    center, total = out[-1 - p : -1], np.zeros(p)
    out[-1] = seen
    for j in range(p if usable else 0):
        for i in range(n):
            center[j] += x[i, j]
        center[j] /= n
        usable &= math.isfinite(center[j])
    if not usable:
        return False, order, time, died, rows, first, out
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
    return usable, order, time, died, rows, first, out
