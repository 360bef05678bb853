"""Sums over the rows at risk of one or three covariates, written out to stay in registers.

Checked  tests/byhand/test_cox.py; tests/oracle/survival (R coxph).
"""

from __future__ import annotations

import math
from typing import Any

from equipoise.arrays import Floats
from equipoise.kernels.compiled import step


@step
def hazards_of_rows(x: Floats, beta: Floats, risk: Floats) -> None:
    """Fill `risk` with exp(x beta): apart from the sums, which calls would drive from registers."""
    if beta.size == 1:
        for i in range(risk.size):
            risk[i] = math.exp(beta[0] * x[i, 0])
    else:
        for i in range(risk.size):
            risk[i] = math.exp(beta[0] * x[i, 0] + beta[1] * x[i, 1] + beta[2] * x[i, 2])


@step
def add_rows(x: Floats, lo: int, hi: int, risk: Floats, sums: Any) -> Any:
    """To `sums` those over rows lo..hi-1 of r, r x, and r x x' (lower triangle)."""
    if len(sums) == 3:
        s, u1, uu = sums
        for i in range(lo, hi):
            u, r = x[i, 0], risk[i]
            ru = r * u
            s, u1, uu = s + r, u1 + ru, uu + ru * u
        return s, u1, uu
    s, u1, v1, w1, uu, vu, vv, wu, wv, ww = sums
    for i in range(lo, hi):
        u, v, w, r = x[i, 0], x[i, 1], x[i, 2], risk[i]
        ru, rv, rw = r * u, r * v, r * w
        s, u1, v1, w1 = s + r, u1 + ru, v1 + rv, w1 + rw
        uu, vu, vv = uu + ru * u, vu + rv * u, vv + rv * v
        wu, wv, ww = wu + rw * u, wv + rw * v, ww + rw * w
    return s, u1, v1, w1, uu, vu, vv, wu, wv, ww


@step
def plus(s: Any, e: Any) -> Any:
    """Two sets of sums added."""
    if len(s) == 3:
        return s[0] + e[0], s[1] + e[1], s[2] + e[2]
    return (
        s[0] + e[0], s[1] + e[1], s[2] + e[2], s[3] + e[3], s[4] + e[4],
        s[5] + e[5], s[6] + e[6], s[7] + e[7], s[8] + e[8], s[9] + e[9],
    )  # fmt: skip


@step
def take_single(s: Any, deaths: float, score: Floats, info: Floats) -> None:
    """Gradient and information of one event time, without ties or by Breslow's rule."""
    u = 1.0 / s[0]
    terms = 1 if len(s) == 3 else 3
    at = terms + 1
    for j in range(terms):
        mean = s[1 + j] * u
        score[j] -= deaths * mean
        for k in range(j + 1):
            info[j, k] += deaths * (s[at] * u - mean * (s[1 + k] * u))
            at += 1


@step
def take_tied(s: Any, e: Any, by: Any, score: Floats, info: Floats) -> None:
    """The same under Efron's rule; e : sums of the tied events, by : from `reciprocals`."""
    _, a, f, ff, fg, gg = by
    terms = 1 if len(s) == 3 else 3
    at = terms + 1
    for j in range(terms):
        sj, ej = s[1 + j], e[1 + j]
        score[j] -= sj * a - ej * f
        for k in range(j + 1):
            sk, ek = s[1 + k], e[1 + k]
            squares = sj * sk * ff + ej * ek * gg - (sj * ek + ej * sk) * fg
            info[j, k] += s[at] * a - e[at] * f - squares
            at += 1
