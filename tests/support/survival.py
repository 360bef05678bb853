"""Small tied, stratified data sets for tests of time to event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Trial(NamedTuple):
    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    x: np.ndarray


def tied_trial(seed: int, *, n: int | None = None, arms: int = 2) -> Trial:
    """A random trial with heavy ties, censoring and a few strata; every arm has rows and events."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 120)) if n is None else n
    time = rng.integers(1, int(rng.integers(5, 60)), n)
    event = rng.random(n) < rng.uniform(0.3, 0.95)
    arm = rng.integers(0, arms, n)
    arm[:arms] = np.arange(arms)
    event[:arms] = True
    stratum = rng.integers(0, int(rng.integers(1, 5)), n)
    _, stratum = np.unique(stratum, return_inverse=True)
    x = np.column_stack((arm, rng.normal(size=n).round(1), rng.integers(0, 3, n)))
    return Trial(time, event, arm, stratum, x.astype(float))
