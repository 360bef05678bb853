"""The variance that the events themselves bring to a Cox model's baseline hazard."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.cox import COX_ROWS, CoxRows, at_risk


@njit(
    types.float64[::1](COX_ROWS, types.float64[::1], types.boolean, types.int64[::1]),
    cache=True,
    nogil=True,
)
def hazard_squares(rows: CoxRows, risk: Floats, efron: bool, starts: Ints) -> Any:
    """(m,) at each event time the sum over its steps of deaths / (risk left)^2.

    risk : (n,) weight * exp(linear predictor); starts : (g + 1,) where strata's event times begin
    """
    time, event, _, weight, first, start, start_order = rows
    out = np.zeros(starts[-1])
    for g in range(first.size - 1):
        s0 = 0.0
        late, point, i = first[g], starts[g + 1] - 1, first[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            while start.size and late < first[g + 1] and start[start_order[late]] >= t:
                s0 -= risk[start_order[late]]
                late += 1
            deaths, e0, total = 0, 0.0, 0.0
            while i >= first[g] and time[i] == t:
                s0 += risk[i]
                if event[i]:
                    deaths += 1
                    total += weight[i] if weight.size else 1.0
                    e0 += risk[i]
                i -= 1
            if deaths > 0:
                steps = deaths if efron else 1
                for q in range(steps):
                    left = s0 - q / steps * e0
                    out[point] += total / steps / (left * left)
                point -= 1
    return out


def hazard_squares_plain(rows: CoxRows, risk: Floats, efron: bool, starts: Ints) -> Floats:
    """Twin of `hazard_squares`."""
    weight = rows.weight if rows.weight.size else np.ones(rows.time.size)
    out = []
    for g in range(rows.first.size - 1):
        block = slice(rows.first[g], rows.first[g + 1])
        for t in np.unique(rows.time[block][rows.event[block]]):
            inside = at_risk(rows, g, t)
            dead = inside & rows.event & (rows.time == t)
            steps = int(dead.sum()) if efron else 1
            left = [(risk * inside - q / steps * risk * dead).sum() for q in range(steps)]
            out.append(weight[dead].sum() / steps * sum(1 / s**2 for s in left))
    return np.array(out, np.float64)
