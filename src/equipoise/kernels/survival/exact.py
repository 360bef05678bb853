"""The exact (discrete) partial likelihood: elementary symmetric functions by recursion."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numba import types

from equipoise.arrays import Floats
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.cox import COX_ROWS, CoxRows


@njit(
    types.float64(COX_ROWS, types.float64[::1], types.float64[::1], types.float64[:, ::1]),
    cache=True,
    nogil=True,
    error_model="numpy",  # a step too far gives no finite likelihood, and is taken back
)
def exact_sums(rows: CoxRows, eta: Floats, score: Floats, info: Floats) -> float:
    """Exact log partial likelihood; adds gradient and information; no starts or weights.

    For d events among n at risk the denominator is e_d(exp(eta)); e_d and its derivatives are
    built row by row, scaled by d / sum so that nothing overflows.
    Source   Gail, Lubin & Rubinstein 1981, Biometrika 68:703.
    """
    time, event, x, first = rows.time, rows.event, rows.x, rows.first
    p = x.shape[1]
    loglik = 0.0
    for g in range(first.size - 1):
        i = first[g + 1] - 1
        while i >= first[g]:
            hi = i
            d = 0
            while i >= first[g] and time[i] == time[hi]:
                if event[i]:
                    d += 1
                    loglik += eta[i]
                    for j in range(p):
                        score[j] += x[i, j]
                i -= 1
            if d == 0:
                continue
            lo, end = i + 1, first[g + 1]
            top = eta[lo]
            for r in range(lo, end):
                top = max(top, eta[r])
            total = 0.0
            for r in range(lo, end):
                total += np.exp(eta[r] - top)
            scale = d / total
            b = np.zeros(d + 1)
            b1 = np.zeros((d + 1, p))
            b2 = np.zeros((d + 1, p, p))
            b[0] = 1.0
            for r in range(lo, end):
                u = np.exp(eta[r] - top) * scale
                for q in range(min(d, r - lo + 1), 0, -1):
                    for j in range(p):
                        for k in range(j + 1):
                            b2[q, j, k] += u * (
                                b2[q - 1, j, k]
                                + x[r, j] * b1[q - 1, k]
                                + x[r, k] * b1[q - 1, j]
                                + x[r, j] * x[r, k] * b[q - 1]
                            )
                    for j in range(p):
                        b1[q, j] += u * (b1[q - 1, j] + x[r, j] * b[q - 1])
                    b[q] += u * b[q - 1]
            loglik -= np.log(b[d]) + d * (top - np.log(scale))
            for j in range(p):
                score[j] -= b1[d, j] / b[d]
                for k in range(j + 1):
                    info[j, k] += b2[d, j, k] / b[d] - b1[d, j] * b1[d, k] / b[d] ** 2
    for j in range(p):
        for k in range(j):
            info[k, j] = info[j, k]
    return loglik


def exact_sums_plain(rows: CoxRows, eta: Floats) -> tuple[float, Any, Any]:
    """Twin of `exact_sums`: every subset of the risk set is written out."""
    time, event, x, first = rows.time, rows.event, rows.x, rows.first
    p = x.shape[1]
    loglik, score, info = 0.0, np.zeros(p), np.zeros((p, p))
    for lo, hi in pairwise(first):
        for t in np.unique(time[lo:hi][event[lo:hi]]):
            risk = [i for i in range(lo, hi) if time[i] >= t]
            dead = [i for i in risk if time[i] == t and event[i]]
            sets = [list(c) for c in combinations(risk, len(dead))]
            weight = np.exp([eta[c].sum() for c in sets])
            sums = np.array([x[c].sum(axis=0) for c in sets])
            mean = weight @ sums / weight.sum()
            loglik += eta[dead].sum() - np.log(weight.sum())
            score += x[dead].sum(axis=0) - mean
            info += (sums.T * weight) @ sums / weight.sum() - np.outer(mean, mean)
    return float(loglik), score, info
