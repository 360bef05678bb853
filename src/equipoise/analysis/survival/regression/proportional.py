"""Whether hazards are proportional: the score test of a drift of each coefficient with time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.special import chdtrc

from equipoise.analysis.survival.arrays import (
    choice,
)
from equipoise.analysis.survival.regression.influence import points_at
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.residuals import estimable, schoenfeld
from equipoise.arrays import Floats
from equipoise.errors import InputError

Transform = Literal["km", "rank", "identity", "log"]

ALIKE = 1e-10
"""Share of a drift that must not be explained by effects and other drifts."""

TRANSFORMS: tuple[Transform, ...] = get_args(Transform)


class Drift(NamedTuple):
    """The test of one term, or of all of them ("GLOBAL").

    NaN where the drift of a term cannot be told from its effect, as where all that is known of it
    comes from one event time.
    """

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
    After a weighted fit a row counts as often as its weight says, in the score, in S and in the
    ranks: under Breslow's ties the test is that of the rows repeated.
    Raises   InputError under the exact tie rule, if a coefficient is not estimable, if all events
             are at one time or leave no term to test, or for log t of an event at 0.
    Source   Grambsch & Therneau 1994, Biometrika 81:515; the score form of R survival 3.
    Checked  tests/oracle/survival (R cox.zph); tests/laws/test_proportional.py (repeated rows).
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
    own = (g_of(fit, events.time, transform) - center) * weights(fit)[events.row]
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
    if all(np.isnan(row.chisq) for row in rows):
        raise InputError("time: no term is compared at two event times; its drift is not testable")
    return (*rows, drift("GLOBAL", list(range(p)), p, score, info))


def drift(term: str, columns: Sequence[int], p: int, score: Floats, info: Floats) -> Drift:
    """The score test that the added coefficients of `columns` are 0, all others kept."""
    keep = [*range(p), *(p + j for j in columns)]
    u, v, df = score[keep], info[np.ix_(keep, keep)], len(columns)
    scale = np.sqrt(v.diagonal())
    if not (scale > 0).all():
        return Drift(term, float("nan"), df, float("nan"))
    u, v = u / scale, v / np.outer(scale, scale)
    if np.linalg.matrix_rank(v, tol=ALIKE, hermitian=True) < len(keep):
        return Drift(term, float("nan"), df, float("nan"))
    chisq = float(u @ np.linalg.solve(v, u))
    return Drift(term, chisq, df, float(chdtrc(df, chisq)))


def weights(fit: Cox) -> Floats:
    """(n,) how often each row counts, in the order the rows were given."""
    rows = fit.like.rows
    out = np.ones(rows.time.size)
    if rows.weight.size:
        out[fit.like.order] = rows.weight
    return out


def g_of(fit: Cox, when: Floats, transform: Transform) -> Floats:
    """The transformed time at each of `when`, ranks and S taken over all rows of the model.

    Raises   InputError for the logarithm of 0.
    """
    rows, weight = fit.like.rows, weights(fit)[fit.like.order]
    if transform == "identity":
        return when
    if transform == "log":
        if (when <= 0).any():
            raise InputError("time: an event at 0 has no logarithm; choose another transform")
        return np.log(when)
    if transform == "rank":
        # tied times share the mean of their ranks
        ends = [weight_before(rows.time, weight, when, side) for side in ("left", "right")]
        return np.asarray((ends[0] + 1 + ends[1]) / 2, np.float64)
    point, place = np.unique(rows.time[rows.event], return_inverse=True)
    deaths = np.bincount(place, weights=weight[rows.event])
    at_risk = weight.sum() - weight_before(rows.time, weight, point, "left")
    if rows.start.size:
        at_risk -= weight.sum() - weight_before(rows.start, weight, point, "left")
    before = np.concatenate(([1.0], np.cumprod(1 - deaths / at_risk)[:-1]))
    return 1 - before[np.searchsorted(point, when)]


def weight_before(
    time: Floats, weight: Floats, when: Floats, side: Literal["left", "right"]
) -> Floats:
    """(m,) the weight of the rows before each of `when`, or up to it ("right")."""
    order = np.argsort(time, kind="stable")
    total = np.concatenate(([0.0], np.cumsum(weight[order])))
    return np.asarray(total[np.searchsorted(time[order], when, side=side)], np.float64)
