"""Two proportions at a look: the score test of Miettinen and Nurminen, and Fisher's exact test.

Checked  tests/twins/test_trial_readings.py (scipy).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from equipoise.kernels import draws
from equipoise.kernels.trials.fields import Readout

_SMALLEST_P, _LARGEST_P = 1e-300, 1.0 - 1e-16


@njit(cache=True, nogil=True)
def read(cohort, entered, pair, exact):  # type: ignore[no-untyped-def]
    """The Readout of the responses of those who entered; more is better."""
    n_0, n_1, x_0, x_1 = 0, 0, 0, 0
    for j in range(entered):
        if cohort.arm[j] == pair[0]:
            n_0 += 1
            x_0 += cohort.response[j]
        elif cohort.arm[j] == pair[1]:
            n_1 += 1
            x_1 += cohort.response[j]
    z, information, estimate, error = math.nan, math.nan, math.nan, math.nan
    if n_0 > 0 and n_1 > 0:
        p_0, p_1 = x_0 / n_0, x_1 / n_1
        estimate = p_1 - p_0
        error = math.sqrt(p_0 * (1.0 - p_0) / n_0 + p_1 * (1.0 - p_1) / n_1)
        n = n_0 + n_1
        pooled = (x_0 + x_1) / n
        variance = pooled * (1.0 - pooled) * (1.0 / n_0 + 1.0 / n_1) * n / (n - 1.0)
        if variance > 0.0:
            information = 1.0 / variance
            z = -(p_1 - p_0) / math.sqrt(variance)
            if exact:
                p = upper_tail(x_1, n_1, x_0 + x_1, n)
                z = draws.normal_quantile(min(max(p, _SMALLEST_P), _LARGEST_P))
    return Readout(
        np.float64(x_0), np.float64(x_1), np.float64(n_0), np.float64(n_1),
        z, information, estimate, error,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def upper_tail(x, drawn, marked, n):  # type: ignore[no-untyped-def]
    """P(X >= x), X the marked among `drawn` of n of which `marked` are marked (hypergeometric)."""
    total = 0.0
    fixed = (
        math.lgamma(marked + 1.0)
        + math.lgamma(n - marked + 1.0)
        + math.lgamma(drawn + 1.0)
        + math.lgamma(n - drawn + 1.0)
        - math.lgamma(n + 1.0)
    )
    for k in range(x, min(drawn, marked) + 1):
        if n - marked - drawn + k < 0:
            continue
        total += math.exp(
            fixed
            - math.lgamma(k + 1.0)
            - math.lgamma(marked - k + 1.0)
            - math.lgamma(drawn - k + 1.0)
            - math.lgamma(n - marked - drawn + k + 1.0)
        )
    return min(total, 1.0)
