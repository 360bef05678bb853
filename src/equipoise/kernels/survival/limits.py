"""Pointwise limits of a survival curve on five scales."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from equipoise.arrays import Floats
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.days import column

LOG_LOG, LOG, PLAIN, LOGIT, ARCSIN = range(5)
"""The scale on which limits are symmetric."""

HEIGHTS = column(types.float64)


@njit("UniTuple(float64, 2)(float64, float64, int64)", cache=True, nogil=True)
def limits_at(s: float, half: float, scale: int) -> Any:
    """Limits of one S, 0 < S <= 1, `half` being z times the standard error of log S."""
    if scale == LOG_LOG:
        log_s = math.log(s)
        stretch = math.exp(half / log_s)
        return math.exp(log_s / stretch), math.exp(log_s * stretch)
    if scale == LOG:
        stretch = math.exp(half)
        return s / stretch, min(s * stretch, 1.0)
    if scale == PLAIN:
        return max(s - half * s, 0.0), min(s + half * s, 1.0)
    if scale == LOGIT:
        odds, stretch = s / (1.0 - s), math.exp(half / (1.0 - s))
        return odds / (odds + stretch), odds * stretch / (1.0 + odds * stretch)
    # the step is 0/0 at S = 1, where no event has been seen and the limits are 1
    step = 0.5 * half * math.sqrt(s / (1.0 - s)) if half > 0.0 else 0.0
    angle = math.asin(math.sqrt(s))
    low, high = max(angle - step, 0.0), min(angle + step, math.pi / 2)
    return math.sin(low) ** 2, math.sin(high) ** 2


@njit([(HEIGHTS, HEIGHTS, types.float64, types.int64)], cache=True, nogil=True)
def curve_limits(survival: Floats, spread: Floats, z: float, scale: int) -> Any:
    """(2, m) lower and upper limits of S (m,) from Greenwood's sum (m,).

    NaN once S is 0, and on the scales log-log and logit while S is 1.
    """
    out = np.empty((2, survival.size))
    for i in range(survival.size):
        s = survival[i]
        if i > 0 and s == survival[i - 1] and spread[i] == spread[i - 1]:
            out[0, i], out[1, i] = out[0, i - 1], out[1, i - 1]
        elif s <= 0.0 or (s >= 1.0 and scale in (LOG_LOG, LOGIT)):
            out[0, i] = out[1, i] = np.nan
        else:
            out[0, i], out[1, i] = limits_at(s, z * math.sqrt(spread[i]), scale)
    return out


def curve_limits_plain(survival: Floats, spread: Floats, z: float, scale: int) -> Any:
    """Twin of `curve_limits`."""
    undefined = (survival <= 0) | ((survival >= 1) & (scale in (LOG_LOG, LOGIT)))
    s = np.where(undefined, 0.5, survival)
    half = z * np.sqrt(np.where(undefined, 0.0, spread))
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == LOG_LOG:
            ends = s ** np.exp(-half / np.log(s)), s ** np.exp(half / np.log(s))
        elif scale == LOG:
            ends = s * np.exp(-half), s * np.exp(half)
        elif scale == PLAIN:
            ends = s * (1 - half), s * (1 + half)
        elif scale == LOGIT:
            log_odds, wide = np.log(s / (1 - s)), half / (1 - s)
            ends = 1 / (1 + np.exp(wide - log_odds)), 1 / (1 + np.exp(-wide - log_odds))
        else:
            wide = np.where(half > 0, 0.5 * half * np.sqrt(s / (1 - s)), 0.0)
            angles = np.arcsin(np.sqrt(s)) - wide, np.arcsin(np.sqrt(s)) + wide
            ends = tuple(np.sin(np.clip(a, 0, np.pi / 2)) ** 2 for a in angles)
    return np.where(undefined, np.nan, np.clip(ends, 0, 1))
