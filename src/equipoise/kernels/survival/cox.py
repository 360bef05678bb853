"""The Cox partial likelihood, its gradient and information, in one pass over sorted rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.compiled import njit


class CoxRows(NamedTuple):
    """Rows sorted by stratum, then time.

    time : (n,) float64
    event : (n,) bool
    x : (n, p) float64
    weight : (n,) float64, or empty for 1
    first : (g + 1,) int64, where each stratum begins, and n
    start : (n,) float64 start of (start, time], or empty for rows at risk from the beginning
    start_order : (n,) int64, rows of each stratum by falling start, or empty
    """

    time: Floats
    event: Bools
    x: Floats
    weight: Floats
    first: Ints
    start: Floats
    start_order: Ints


class RiskSums(NamedTuple):
    """Sums over rows of r = weight * exp(eta), r x (p,) and r x x' (p, p), its lower triangle."""

    s0: float
    s1: Floats
    s2: Floats


COX_ROWS = types.NamedTuple(  # type: ignore[no-untyped-call]
    [
        types.float64[::1],
        types.boolean[::1],
        types.float64[:, ::1],
        types.float64[::1],
        types.int64[::1],
        types.float64[::1],
        types.int64[::1],
    ],
    CoxRows,
)


@njit(inline="always")
def gather(r: float, x: Floats, i: int, s1: Floats, s2: Floats) -> None:
    """Add r, r x and r x x' of row i (lower triangle)."""
    for j in range(s1.size):
        v = r * x[i, j]
        s1[j] += v
        for k in range(j + 1):
            s2[j, k] += v * x[i, k]


@njit(inline="always")
def merge(s1: Floats, s2: Floats, e1: Floats, e2: Floats) -> None:
    """Add the events' sums to those of all at risk."""
    for j in range(s1.size):
        s1[j] += e1[j]
        for k in range(j + 1):
            s2[j, k] += e2[j, k]


@njit(inline="always")
def clear(s1: Floats, s2: Floats) -> None:
    """Set sums to 0."""
    for j in range(s1.size):
        s1[j] = 0.0
        for k in range(j + 1):
            s2[j, k] = 0.0


@njit("UniTuple(float64, 6)(float64, float64, int64)", cache=True, nogil=True, error_model="numpy")
def reciprocals(s0: float, e0: float, steps: int) -> Any:
    """Over the steps q of one event time, with f = q / steps and u = 1 / (s0 - f e0): the sums of
    -log u, u, f u, u^2, f u^2, f^2 u^2.
    """
    ratio, part = e0 / s0, 1.0 / steps
    logs, product = steps * np.log(s0), 1.0
    a = b = aa = ab = bb = 0.0
    for q in range(steps):
        f = q * part
        share = 1.0 - f * ratio
        product *= share
        if product < 1e-250:
            logs += np.log(product)
            product = 1.0
        u = 1.0 / share
        v = f * u
        a += u
        b += v
        aa += u * u
        ab += v * u
        bb += v * v
    one, two = 1.0 / s0, 1.0 / (s0 * s0)
    return logs + np.log(product), a * one, b * one, aa * two, ab * two, bb * two


@njit(inline="always")
def single(each: float, risk: RiskSums, score: Floats, info: Floats) -> float:
    """What an event time takes from the log likelihood, without ties or by Breslow's rule;
    gradient and information are added to.
    """
    s1, s2, u = risk.s1, risk.s2, 1.0 / risk.s0
    for j in range(s1.size):
        mean = s1[j] * u
        score[j] -= each * mean
        for k in range(j + 1):
            info[j, k] += each * u * (s2[j, k] - mean * s1[k])
    return each * float(np.log(risk.s0))


@njit(inline="always")
def tied(
    each: float, steps: int, risk: RiskSums, dead: RiskSums, score: Floats, info: Floats
) -> float:
    """Under Efron's rule the tied events leave the risk set in `steps` equal parts."""
    s1, s2, e1, e2 = risk.s1, risk.s2, dead.s1, dead.s2
    logs, a, b, aa, ab, bb = reciprocals(risk.s0, dead.s0, steps)
    for j in range(s1.size):
        score[j] -= each * (s1[j] * a - e1[j] * b)
        for k in range(j + 1):
            squares = s1[j] * s1[k] * aa + e1[j] * e1[k] * bb
            squares -= (s1[j] * e1[k] + e1[j] * s1[k]) * ab
            info[j, k] += each * (s2[j, k] * a - e2[j, k] * b - squares)
    return each * float(logs)


@njit(
    types.float64(
        COX_ROWS, types.float64[::1], types.float64[::1], types.boolean, types.float64[::1],
        types.float64[:, ::1],
    ),
    cache=True,
    nogil=True,
    error_model="numpy",  # a step too far gives no finite likelihood, and is taken back
)  # fmt: skip
def cox_sums(
    rows: CoxRows, eta: Floats, risk: Floats, efron: bool, score: Floats, info: Floats
) -> float:
    """Log partial likelihood; adds the gradient into `score` and the information into `info`.

    eta : (n,) linear predictor; risk : (n,) weight * exp(eta)
    Source   Efron 1977; Breslow 1974; Andersen & Gill 1982 for (start, stop].
    """
    time, event, x, weight, first, start, start_order = rows
    p = x.shape[1]
    s1, e1 = np.zeros(p), np.zeros(p)
    s2, e2 = np.zeros((p, p)), np.zeros((p, p))
    loglik = 0.0
    for g in range(first.size - 1):
        s0 = 0.0
        clear(s1, s2)
        late = first[g]
        i = first[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            while start.size and late < first[g + 1] and start[start_order[late]] >= t:
                r = start_order[late]
                s0 -= risk[r]
                gather(-risk[r], x, r, s1, s2)
                late += 1
            deaths = 0
            e0 = 0.0
            dead = 0.0
            while i >= first[g] and time[i] == t:
                if event[i]:
                    if deaths == 0:
                        clear(e1, e2)
                    w = weight[i] if weight.size else 1.0
                    deaths += 1
                    dead += w
                    loglik += w * eta[i]
                    e0 += risk[i]
                    gather(risk[i], x, i, e1, e2)
                    for j in range(p):
                        score[j] += w * x[i, j]
                else:
                    s0 += risk[i]
                    gather(risk[i], x, i, s1, s2)
                i -= 1
            if deaths > 0:
                s0 += e0
                merge(s1, s2, e1, e2)
                if efron and deaths > 1:
                    each = dead / deaths
                    loglik -= tied(
                        each, deaths, RiskSums(s0, s1, s2), RiskSums(e0, e1, e2), score, info
                    )
                else:
                    loglik -= single(dead, RiskSums(s0, s1, s2), score, info)
    for j in range(p):
        for k in range(j):
            info[k, j] = info[j, k]
    return loglik


def at_risk(rows: CoxRows, g: int, t: float) -> Bools:
    """Which rows of stratum `g` are at risk at `t` (plain twins only)."""
    inside = np.zeros(rows.time.size, np.bool_)
    inside[rows.first[g] : rows.first[g + 1]] = True
    begun = rows.start < t if rows.start.size else True
    return inside & (rows.time >= t) & begun


def cox_sums_plain(
    rows: CoxRows, eta: Floats, risk: Floats, efron: bool
) -> tuple[float, Floats, Floats]:
    """Twin of `cox_sums`: log likelihood, gradient (p,), information (p, p)."""
    p = rows.x.shape[1]
    weight = rows.weight if rows.weight.size else np.ones(rows.time.size)
    loglik, score, info = 0.0, np.zeros(p), np.zeros((p, p))
    for g in range(rows.first.size - 1):
        block = slice(rows.first[g], rows.first[g + 1])
        for t in np.unique(rows.time[block][rows.event[block]]):
            inside = at_risk(rows, g, t)
            dead = inside & rows.event & (rows.time == t)
            loglik += float(weight[dead] @ eta[dead])
            score += weight[dead] @ rows.x[dead]
            steps = int(dead.sum()) if efron else 1
            for q in range(steps):
                share = risk * inside - q / steps * risk * dead
                mean = share @ rows.x / share.sum()
                each = weight[dead].sum() / steps
                loglik -= each * np.log(share.sum())
                score -= each * mean
                spread = (rows.x.T * share) @ rows.x / share.sum() - np.outer(mean, mean)
                info += each * spread
    return loglik, score, info
