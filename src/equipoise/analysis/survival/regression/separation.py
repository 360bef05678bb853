"""Whether a likelihood rises without end: the directions in which it never falls.

A partial likelihood is monotone in a direction d of the coefficients if at every event time those
with the event have the highest x d of all at risk; so of a time to event in general, with other
pairs of rows. That is a linear program.

Source   Albert & Anderson 1984, Biometrika 71:1; Bryson & Johnson 1981, Technometrics 23:381.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.survival.cox import CoxRows

EXACT = 1e-10
"""How far a row may fall below another, of the largest difference, and still count as its equal."""

RISES = 1e-8
"""A difference greater than this, of the largest, counts as one."""


def runaway(pairs: Floats, spread: Floats) -> Floats:
    """(k, p) independent directions of the coefficients along which nothing holds them; often none.

    pairs : (m, p), the differences of covariates that a direction must not make negative
    spread : (p,) the covariates' scales
    The pairs that every such direction leaves at 0 are what is left to hold the coefficients: what
    they do not hold runs away.
    """
    scaled = pairs / spread
    size = np.abs(scaled).max(axis=1, initial=0.0)
    rows = np.unique(scaled[size > 0] / size[size > 0, None], axis=0)
    held = np.ones(len(rows), np.bool_)
    while held.any():
        rising = rows @ _direction(rows, rows[held].mean(axis=0)) > RISES
        if not (rising & held).any():
            break
        held &= ~rising
    if not len(rows) or held.all():
        return np.empty((0, spread.size))
    _, value, axis = np.linalg.svd(np.linalg.qr(rows[held], mode="r"), full_matrices=True)
    free = axis[int((value > RISES).sum()) :]
    return np.asarray(np.where(np.abs(free) > RISES, free, 0.0) / spread, np.float64)


def _direction(rows: Floats, along: Floats) -> Floats:
    """(p,) the direction that goes furthest `along`, each coordinate within 1, no row below 0."""
    from scipy.optimize import linprog  # slow to import, and rarely needed

    found = linprog(
        -along,
        A_ub=-rows,
        b_ub=np.zeros(len(rows)),
        bounds=(-1, 1),
        method="highs",
        options={"primal_feasibility_tolerance": EXACT},
    )
    return np.asarray(found.x if found.status == 0 else np.zeros(along.size), np.float64)


def pairs_of(rows: CoxRows, *, exact: bool) -> Floats:
    """(m, p) for each event, its covariates less those of every other row at risk.

    Rows that another pair implies are left out. Tied events must be equal, but under the exact rule
    they need only be above those without the event.
    """
    parts = [np.empty((0, rows.x.shape[1]))]
    for a, b in pairwise(rows.first):
        dead = np.flatnonzero(rows.event[a:b]) + a
        times, places = np.unique(rows.time[dead], return_index=True)
        begins = a + np.searchsorted(rows.time[a:b], times)
        groups = np.split(dead, places[1:]) if dead.size else []
        for k, (begin, own) in enumerate(zip(begins, groups, strict=True)):
            last = k + 1 == times.size
            following = np.empty(0, np.int64) if last else groups[k + 1]
            after = b if last else begins[k + 1]
            parts += _pairs_at(rows, own, following, (begin, after, b), exact)
    return np.concatenate(parts)


def _pairs_at(
    rows: CoxRows, own: Ints, following: Ints, ends: tuple[int, int, int], exact: bool
) -> list[Floats]:
    """The pairs of one event time: rows `own` against those at risk.

    following : the events of the next event time; ends : of the rows from this event time on, of
    those before the next, and of all
    """
    begin, after, end = ends
    others = np.arange(begin, after)
    if exact:
        below = np.concatenate((np.setdiff1d(others, own), following))
        return [rows.x[i] - rows.x[below] for i in own]
    if not rows.start.size:
        below = np.concatenate((others, following[:1]))
    else:
        below = np.arange(begin, end)
        below = below[rows.start[below] < rows.time[begin]]
        first = following[np.argmin(rows.start[following])] if following.size else -1
        if first in below:
            # the first of the next events stands for all who are at risk with it
            behind = (below >= after) & (rows.start[below] < rows.time[first]) & (below != first)
            below = below[~behind]
    ties = rows.x[own[1:]] - rows.x[own[0]]
    return [rows.x[own[0]] - rows.x[below], ties]
