"""Tipping point of a time-to-event comparison: how much worse must the censored do?

Subjects whose follow-up ended early are given the rest of their course from the Kaplan-Meier curve
of their arm, with the hazard after censoring multiplied by delta; delta 1 is censoring at random.
Each imputation uses a bootstrap of the arm, so that it carries the curve's own uncertainty.

Source   Lipkovich, Ratitch & O'Kelly 2016, Pharm Stat 15:216 (delta-adjusted, Kaplan-Meier).
Checked  tests/byhand/test_missing.py (the draw by hand); tests/laws/test_missing.py (monotone).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.missing.rubin import Pooled, rubin
from equipoise.analysis.survival.curves.kaplan_meier import Curve, kaplan_meier
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.streams import Stream

Flags = npt.NDArray[np.bool_]
Analysis = Callable[[Floats, Flags], tuple[float, float]]


class Tip(NamedTuple):
    """The comparison with one delta."""

    delta: float
    result: Pooled


class TippingPoint(NamedTuple):
    """Every delta tried, and the least of them at which P exceeds alpha, None if none does."""

    tried: tuple[Tip, ...]
    delta: float | None


def draw_event(
    curve: Curve, censored: float, *, delta: float, horizon: float, u: float
) -> tuple[float, bool]:
    """A course after `censored`: survival is (S(t) / S(censored)) ** delta, cut at `horizon`.

    u : a uniform draw; the event comes at the first t where that survival is at most u
    """
    before = curve.survival[curve.time <= censored]
    start = float(before[-1]) if len(before) else 1.0
    later = (curve.time > censored) & (curve.time <= horizon)
    if start == 0 or not later.any():
        return horizon, False
    reached = (curve.survival[later] / start) ** delta <= u
    if not reached.any():
        return horizon, False
    return float(curve.time[later][np.argmax(reached)]), True


def tipping_point(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    arm: npt.ArrayLike,
    imputed: npt.ArrayLike,
    horizon: npt.ArrayLike,
    deltas: Sequence[float],
    analyze: Analysis,
    count: int = 100,
    seed: int,
    alpha: float = 0.05,
) -> TippingPoint:
    """Impute the courses of `imputed` subjects with each delta and pool the analyses.

    time, event, arm : (n,) as analyzed; imputed : (n,) bool, censored subjects whose course is
    imputed; horizon : (n,) the time each would have been followed to
    deltas : hazard multipliers, rising; analyze : (time, event) to estimate and variance
    Raises   InputError if a subject to be imputed had its event, a horizon is before its censoring,
             or deltas are not positive and rising.
    """
    t, d = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    code, open_ = np.asarray(arm), np.asarray(imputed, dtype=bool)
    end = np.broadcast_to(np.asarray(horizon, dtype=float), t.shape)
    _check(t, d, open_, end, deltas)
    curves = [
        {
            a: kaplan_meier(*_resampled(t, d, code == a, seed, key, k))
            for k, a in enumerate(np.unique(code))
        }
        for key in range(count)
    ]
    tried = []
    for delta in deltas:
        pairs = [
            analyze(*_completed(t, d, code, open_, end, curves[key], delta, seed, key))
            for key in range(count)
        ]
        pooled = rubin([q for q, _ in pairs], [u for _, u in pairs])
        tried.append(Tip(delta, pooled))
    tipped = [tip.delta for tip in tried if tip.result.p > alpha]
    return TippingPoint(tuple(tried), tipped[0] if tipped else None)


def _check(t: Floats, d: Flags, open_: Flags, end: Floats, deltas: Sequence[float]) -> None:
    wrong = open_ & d
    if wrong.any():
        raise InputError(f"row {int(np.argmax(wrong)) + 1}: imputed, though it had its event")
    early = open_ & (end < t)
    if early.any():
        raise InputError(f"row {int(np.argmax(early)) + 1}: horizon before the censoring time")
    rising = all(a < b for a, b in itertools.pairwise(deltas))
    if not deltas or min(deltas) <= 0 or not rising:
        raise InputError(f"deltas {tuple(deltas)}: expected hazard ratios above 0, rising")


def _resampled(
    t: Floats, d: Flags, members: Flags, seed: int, key: int, arm: int
) -> tuple[Floats, Flags]:
    own = np.flatnonzero(members)
    stream = Stream.of(seed=seed, trial=key, purpose=f"bootstrap arm {arm}")
    rows = own[[stream.below(len(own)) for _ in own]]
    return t[rows], d[rows]


def _completed(
    t: Floats,
    d: Flags,
    code: npt.NDArray[np.generic],
    open_: Flags,
    end: Floats,
    curves: dict[object, Curve],
    delta: float,
    seed: int,
    key: int,
) -> tuple[Floats, Flags]:
    """One completed data set; a subject's draw is the same for every delta."""
    time, event = t.copy(), d.copy()
    for i in np.flatnonzero(open_):
        u = Stream.of(seed=seed, trial=key, subject=int(i), purpose="tip").uniform()
        time[i], event[i] = draw_event(
            curves[code[i]], t[i], delta=delta, horizon=float(end[i]), u=u
        )
    return time, event
