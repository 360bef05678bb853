"""Whether hazards are proportional: the score test of a drift of each coefficient with time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.special import chdtrc

from equipoise.analysis.survival.arrays import (
    choice,
)
from equipoise.analysis.survival.regression.cox import Cox
from equipoise.analysis.survival.regression.residuals import estimable, points_at, schoenfeld
from equipoise.arrays import Floats
from equipoise.errors import InputError

Transform = Literal["km", "rank", "identity", "log"]

TRANSFORMS: tuple[Transform, ...] = get_args(Transform)


class Drift(NamedTuple):
    """The test of one term, or of all of them ("GLOBAL")."""

    term: str
    chisq: float
    df: int
    p: float


def zph(
    fit: Cox,
    *,
    transform: Transform = "km",
    terms: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Drift, ...]:
    """Score test of proportional hazards, term by term and for all of them last.

    Each covariate is joined by itself times g(t); the test is that the added coefficients are 0.
    transform : g is 1 - S(t-) ("km"), the rank among all times, t, or log t
    terms : the columns of each term; one term for each column if not given
    Raises   InputError under the exact tie rule, if a coefficient is not estimable, or if all
             events are at one time.
    Source   Grambsch & Therneau 1994, Biometrika 81:515; the score form of R survival 3.
    Checked  tests/oracle/survival (R cox.zph).
    """
    choice(transform, TRANSFORMS, "transform")
    estimable(fit)
    points, _ = points_at(fit.like, fit.coef, info=True)
    events = schoenfeld(fit)
    at_point = g_of(fit, points.time, transform)
    if np.ptp(at_point) == 0:
        raise InputError("time: all events are at one time; proportionality is not testable")
    center = at_point.mean()
    g = at_point - center
    own = g_of(fit, events.time, transform) - center
    p = fit.coef.size
    score = np.concatenate((np.zeros(p), own @ events.residual))
    info = np.block(
        [
            [points.info.sum(axis=0), np.tensordot(g, points.info, 1)],
            [np.tensordot(g, points.info, 1), np.tensordot(g**2, points.info, 1)],
        ]
    )
    named = terms if terms is not None else {name: (j,) for j, name in enumerate(fit.names)}
    rows = [drift(term, list(columns), p, score, info) for term, columns in named.items()]
    return (*rows, drift("GLOBAL", list(range(p)), p, score, info))


def drift(term: str, columns: Sequence[int], p: int, score: Floats, info: Floats) -> Drift:
    """The score test that the added coefficients of `columns` are 0, all others kept."""
    keep = [*range(p), *(p + j for j in columns)]
    u = score[keep]
    chisq = float(u @ np.linalg.solve(info[np.ix_(keep, keep)], u))
    df = len(columns)
    return Drift(term, chisq, df, float(chdtrc(df, chisq)))


def g_of(fit: Cox, when: Floats, transform: Transform) -> Floats:
    """The transformed time at each of `when`, ranks and S taken over all events of the model."""
    rows = fit.like.rows
    if transform == "identity":
        return when
    if transform == "log":
        return np.log(when)
    if transform == "rank":
        everyone = np.sort(rows.time)
        # tied times share the mean of their ranks
        ends = [np.searchsorted(everyone, when, side=side) for side in ("left", "right")]
        return np.asarray((ends[0] + 1 + ends[1]) / 2, np.float64)
    point, deaths = np.unique(rows.time[rows.event], return_counts=True)
    at_risk = rows.time.size - np.searchsorted(np.sort(rows.time), point)
    if rows.start.size:
        at_risk -= rows.start.size - np.searchsorted(np.sort(rows.start), point)
    before = np.concatenate(([1.0], np.cumprod(1 - deaths / at_risk)[:-1]))
    return 1 - before[np.searchsorted(point, when)]
