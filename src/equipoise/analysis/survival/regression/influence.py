"""What each row adds to the score of a Cox model, and the robust variance made of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analysis.survival.regression.likelihood import PartialLikelihood
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.points import EventPoints, event_points


def points_at(
    like: PartialLikelihood, beta: Floats, *, info: bool = False
) -> tuple[EventPoints, Floats]:
    """What the model says at each event time, and each sorted row's risk.

    Raises   InputError under the exact tie rule, which has no residuals here.
    """
    if like.ties == "exact":
        raise InputError("ties: the exact rule has no residuals here; choose efron or breslow")
    risk = like.risk(like.predictor(beta))
    return event_points(like.rows, risk, like.ties == "efron", info), risk


def row_sums(like: PartialLikelihood, points: EventPoints) -> tuple[Floats, Floats, Floats]:
    """For each sorted row its cumulative hazard, mean covariate drift, and place of its own event.

    Returns  hazard (n,), drift (n, p), place (n,) index of the event time, or -1 if no event
    """
    rows = like.rows
    n, p = rows.x.shape
    hazard, drift = np.zeros(n), np.zeros((n, p))
    place = np.full(n, -1)
    for g in range(rows.first.size - 1):
        a, b = rows.first[g], rows.first[g + 1]
        lo, hi = points.first[g], points.first[g + 1]
        when, event = points.time[lo:hi], rows.event[a:b]
        h = np.concatenate(([0.0], np.cumsum(points.hazard[lo:hi])))
        d = np.vstack((np.zeros(p), np.cumsum(points.drift[lo:hi], axis=0)))
        end = np.searchsorted(when, rows.time[a:b], side="right")
        hazard[a:b], drift[a:b] = h[end], d[end]
        if rows.start.size:
            begin = np.searchsorted(when, rows.start[a:b], side="right")
            hazard[a:b] -= h[begin]
            drift[a:b] -= d[begin]
        place[a:b] = np.where(event, lo + end - 1, -1)
        own = place[a:b][event]
        # tied events leave the risk set one by one under Efron's rule, so they carry less hazard
        hazard[a:b][event] += points.tied[own] - points.hazard[own]
        drift[a:b][event] += points.tied_drift[own] - points.drift[own]
    return hazard, drift, place


def martingale_and_score(like: PartialLikelihood, beta: Floats) -> tuple[Floats, Floats]:
    """Martingale (n,) and score (n, p) residuals of sorted rows, not yet weighted."""
    points, _ = points_at(like, beta)
    rows = like.rows
    hazard, drift, place = row_sums(like, points)
    risk = np.exp(like.predictor(beta))
    martingale = rows.event - risk * hazard
    score = -risk[:, None] * (rows.x * hazard[:, None] - drift)
    died = place >= 0
    score[died] += rows.x[died] - points.mean[place[died]]
    return martingale, score


def cluster_variance(like: PartialLikelihood, beta: Floats, naive: Floats, cluster: Any) -> Floats:
    """The sandwich variance: dfbeta summed by cluster (each row its own if None), squared.

    Raises   InputError if the labels are not one a row, or all the same: then they sum to 0.
    Source   Lin & Wei 1989, JASA 84:1074.
    """
    _, score = martingale_and_score(like, beta)
    influence = score @ naive
    if like.rows.weight.size:
        influence *= like.rows.weight[:, None]
    if cluster is not None:
        label = np.asarray(cluster)
        if label.shape != (like.order.size,):
            raise InputError(f"cluster: {label.size} rows, but time has {like.order.size}")
        found, code = np.unique(label, return_inverse=True)
        if found.size < 2:
            raise InputError(f"cluster: only {found[0]} found; expected two clusters or more")
        sums = np.zeros((found.size, influence.shape[1]))
        np.add.at(sums, code[like.order], influence)
        influence = sums
    out: Floats = influence.T @ influence
    return out
