"""The Cox model of one or three covariates on whole days, from rows to the maximum in one call.

The common case. Where anything is out of the ordinary the answer is "not usable", and the general
road of `analysis.survival.regression`, with the same limits of a step, says why.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import types

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.compiled import njit, stage, step
from equipoise.kernels.survival.cox import reciprocals
from equipoise.kernels.survival.days import DAY_COLUMN, FLAG_COLUMN, DayRows, sort_days, survey
from equipoise.kernels.survival.risk_sums import (
    add_rows,
    hazards_of_rows,
    plus,
    take_single,
    take_tied,
)

FAST_TERMS = (1, 3)
"""The numbers of covariates whose sums are written out, so that they stay in registers."""

NEWTON_STEPS = 12
"""Newton steps allowed; 3 to 5 are usual."""

ALMOST = 1e-6
"""After a step this small, in within-risk-set standard deviations, the next would be its square."""

APART = 1e-4
"""Share of a covariate's spread that those before it must leave unexplained."""

FLAT = 1e-11
"""Relative change of the log likelihood taken as none."""

STILL = 1e-7
"""Spread within risk sets, of that over all rows, taken as none: rounding leaves about 1e-8."""

FADED = 1e-6
"""Information left, of that at 0, which makes one ask whether there is a maximum."""

RUNNING = 1e-2
"""A step this large while the likelihood stands still means the coefficient runs to infinity."""

COVARIATES = types.Array(types.float64, 2, "A", readonly=True)

_OF_ONE, _OF_THREE = (0.0,) * 3, (0.0,) * 10
"""Sums over no rows: of r, r x and r x x' (lower triangle)."""


class Summit(NamedTuple):
    """The partial likelihood at 0 and at its maximum.

    found : whether every step was an ordinary one; nothing else counts if not
    null_loglik, null_score, null_info : at 0, with gradient (p,) and information (p, p)
    loglik, coef, variance : at the maximum, with its place (p,) and inverse information (p, p)
    """

    found: bool
    null_loglik: float
    null_score: Floats
    null_info: Floats
    loglik: float
    coef: Floats
    variance: Floats


class CoxOfDays(NamedTuple):
    """What `cox_of_days` finds; nothing else counts where rows are not usable.

    order : (n,) the row at each place; time, event, x, first : of the sorted rows, x centered
    center : (p,) means of x; events : how many; the others as in Summit
    """

    usable: bool
    order: Ints
    time: Floats
    event: Bools
    x: Floats
    first: Ints
    center: Floats
    events: int
    null_loglik: float
    null_score: Floats
    null_info: Floats
    loglik: float
    coef: Floats
    variance: Floats


@stage
def partial_likelihood(
    rows: DayRows, risk: Floats, efron: bool, nothing: Any, score: Floats, info: Floats
) -> float:
    """Log partial likelihood less x'beta of the events; takes the events' means from `score` and
    adds the information into `info` (lower triangle).

    risk : (n,) exp(x beta)
    Source   Efron 1977; Breslow 1974.
    """
    x, first, point, lo, hi, _ = rows
    loglik, product = 0.0, 1.0
    for g in range(first.size - 1):
        s = nothing
        end = first[g + 1]
        for m in range(point[g + 1] - 1, point[g] - 1, -1):
            deaths = float(hi[m] - lo[m])
            if deaths == 1.0 or not efron:
                s = add_rows(x, lo[m], end, risk, s)
                take_single(s, deaths, score, info)
                if deaths == 1.0 and 1e-50 < s[0] < 1e50:
                    # one logarithm of many factors
                    product *= s[0]
                    if not 1e-200 < product < 1e200:
                        loglik -= math.log(product)
                        product = 1.0
                else:
                    loglik -= deaths * math.log(s[0])
            else:
                e = add_rows(x, lo[m], hi[m], risk, nothing)
                s = plus(add_rows(x, hi[m], end, risk, s), e)
                by = reciprocals(s[0], e[0], hi[m] - lo[m])
                loglik -= by[0]
                take_tied(s, e, by, score, info)
            end = lo[m]
    return loglik - math.log(product)


@step
def solve(info: Floats, score: Floats, step: Floats, inverse: Floats, root: Floats) -> bool:
    """Whether `info` (lower triangle) is far from singular; if so info^-1 score and info^-1.

    root : (p, p) room to work in
    """
    p = score.size
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


@njit(cache=True, nogil=True)
def climb(rows: DayRows, events: int, efron: bool, nothing: Any) -> Any:
    """Newton's method from 0: a Summit, not found if a step is out of the ordinary."""
    total = rows.total
    p = total.size
    beta, step, spread, score = np.zeros(p), np.zeros(p), np.zeros(p), total.copy()
    info, inverse, root = np.zeros((p, p)), np.empty((p, p)), np.empty((p, p))
    risk = np.ones(rows.x.shape[0])
    now = partial_likelihood(rows, risk, efron, nothing, score, info)
    null, null_score, null_info = now, score.copy(), np.empty((p, p))
    usable = True
    for j in range(p):
        spread[j] = math.sqrt(max(info[j, j], 0.0) / events)
        squares = 0.0
        for i in range(risk.size):
            squares += rows.x[i, j] * rows.x[i, j]
        usable &= spread[j] > STILL * math.sqrt(squares / risk.size)
        for k in range(p):
            null_info[j, k] = info[max(j, k), min(j, k)]
    size = math.inf
    for _ in range(NEWTON_STEPS):
        if not usable or not solve(info, score, step, inverse, root):
            break
        size = 0.0
        for j in range(p):
            size = max(size, abs(step[j]) * spread[j])
            beta[j] += step[j]
            score[j] = total[j]
            for k in range(p):
                info[j, k] = 0.0
        before = now
        hazards_of_rows(rows.x, beta, risk)
        now = partial_likelihood(rows, risk, efron, nothing, score, info)
        for j in range(p):
            now += beta[j] * total[j]
        usable = now - before > -FLAT * abs(before)
        if size <= ALMOST:
            break
        usable &= size <= RUNNING or now - before > FLAT * abs(now)
    found = usable and size <= ALMOST and solve(info, score, step, inverse, root)
    for j in range(p):
        found &= info[j, j] > FADED * null_info[j, j]
    return Summit(found, null, null_score, null_info, now, beta, inverse)


@njit((DAY_COLUMN, FLAG_COLUMN, COVARIATES, DAY_COLUMN, types.boolean), cache=True, nogil=True)
def cox_of_days(day: Ints, event: Bools, x: Floats, stratum: Ints, efron: bool) -> Any:
    """The sorted rows and the fit as a CoxOfDays.

    x : (n, p), p one of FAST_TERMS, in any layout
    """
    n, p = x.shape
    found = survey(day, event, stratum[:0], stratum)
    usable = found.usable and n == day.size and found.events > 0
    center = np.zeros(p)
    for j in range(p if usable else 0):
        for i in range(n):
            center[j] += x[i, j]
        center[j] /= n
        usable &= math.isfinite(center[j])
    if not usable:
        none, square = np.empty(0, np.int64), np.empty((0, 0))
        return CoxOfDays(
            False, none, center, np.empty(0, np.bool_), square, none, center, 0,
            0.0, center, square, 0.0, center, square,
        )  # fmt: skip
    order, time, died, rows = sort_days(day, event, x, stratum, center, found)
    if p == 1:
        top = climb(rows, found.events, efron, _OF_ONE)
    else:
        top = climb(rows, found.events, efron, _OF_THREE)
    return CoxOfDays(
        top.found, order, time, died, rows.x, rows.first, center, found.events,
        top.null_loglik, top.null_score, top.null_info, top.loglik, top.coef, top.variance,
    )  # fmt: skip
