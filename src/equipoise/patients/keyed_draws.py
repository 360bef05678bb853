"""Keyed draws for many people at once: `streams` over arrays of subject keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from equipoise import streams
from equipoise.arrays import Floats, Ints

Keys = NDArray[np.uint64]

_GOLDEN = np.uint64(streams.GOLDEN)
_FIRST, _SECOND = np.uint64(streams.MIX_FIRST), np.uint64(streams.MIX_SECOND)
_12, _27, _30, _31 = (np.uint64(k) for k in (12, 27, 30, 31))


def subject_keys(subjects: Ints, *, seed: int, trial: int) -> Keys:
    """The stream keys of these subjects of one trial; (n,) uint64."""
    key = streams.trial_key(seed, trial)
    return np.array([streams.subject_key(key, int(s)) for s in subjects], dtype=np.uint64)


def uniforms(keys: Keys, purpose: str, *, numbers: NDArray[np.integer] | int = 1) -> Floats:
    """Draws in (0, 1) of one purpose.

    keys : (n,)
    numbers : k for the first k draws of each subject; or (m,) draw numbers; or (n, m), by subject
    Returns  (n, k) or (n, m), the same as `Stream.uniform` gives.
    Checked  tests/unit/patients/test_keyed_draws.py, against `Stream`.
    """
    which = np.arange(numbers) if isinstance(numbers, int) else np.asarray(numbers)
    counter = which.astype(np.uint64) | np.uint64(streams.purpose_id(purpose) << 32)
    bits = _mix(np.asarray(keys[:, None] + _GOLDEN * np.atleast_2d(counter), dtype=np.uint64))
    return ((bits >> _12).astype(np.float64) + 0.5) * streams.TWO_NEG_52


def uniform(keys: Keys, purpose: str) -> Floats:
    """The first draw of one purpose; (n,)."""
    return np.asarray(uniforms(keys, purpose)[:, 0])


def normals(keys: Keys, purpose: str, *, numbers: NDArray[np.integer] | int = 1) -> Floats:
    """As `uniforms`, standard normal."""
    return np.asarray(ndtri(uniforms(keys, purpose, numbers=numbers)))


def choose(shares: dict[str, float], draw: Floats) -> Ints:
    """Which of the levels each draw falls on; shares that do not sum to 1 are scaled to it."""
    edges = np.cumsum(list(shares.values()))
    return np.searchsorted(edges[:-1] / edges[-1], draw, side="right").astype(np.int64)


def _mix(z: Keys) -> Keys:
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)
