"""Repeated measures as the likelihood reads them: by subject and visit, in an orthonormal basis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.design import checked_rank
from equipoise.arrays import Floats
from equipoise.errors import InputError


class Arranged(NamedTuple):
    """Design and response by subject and visit, (N, m, p + 1), and which are seen, (N, m).

    The design is made orthonormal, X = Q root, and the response is what ordinary least squares with
    coefficients `offset` leave, so that large covariates cost no digits.
    within : (p,) bool, columns of X that vary within a subject
    """

    rows: Floats
    seen: npt.NDArray[np.bool_]
    root: Floats
    offset: Floats
    within: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    visits: tuple[str, ...]


def arrange(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    subject: npt.ArrayLike,
    visit: npt.ArrayLike,
    names: tuple[str, ...] = (),
) -> Arranged:
    """Rows with a response, by subject and visit.

    Raises   InputError if a covariate is missing, the design is not of full rank, or a subject has
             one visit twice.
    """
    response, design = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    labels, times = np.asarray(subject), np.asarray(visit)
    if design.ndim != 2 or not len(response) == len(design) == len(labels) == len(times):
        raise InputError("y, x, subject and visit: expected the same number of rows")
    keep = np.isfinite(response)
    if not np.isfinite(design[keep]).all():
        row = int(np.flatnonzero(keep)[~np.isfinite(design[keep]).all(axis=1)][0])
        raise InputError(f"design row {row + 1}: a covariate is missing where the response is not")
    names = names or tuple(f"x{k + 1}" for k in range(design.shape[1]))
    checked_rank(design[keep], names)
    who, i = np.unique(labels[keep], return_inverse=True)
    when, j = np.unique(times[keep], return_inverse=True)
    if len(when) < 2:
        raise InputError("visits: only one visit has a response; expected two or more (see ancova)")
    seen = np.zeros((len(who), len(when)), dtype=bool)
    rows = np.zeros((len(who), len(when), design.shape[1] + 1))
    seen[i, j] = True
    if seen.sum() != keep.sum():
        pairs, times_seen = np.unique(np.column_stack([i, j]), axis=0, return_counts=True)
        a, b = pairs[times_seen > 1][0]
        raise InputError(f"subject {who[a]} has visit {when[b]} twice: expected one row for each")
    rows[i, j, :-1] = design[keep]
    within = _varies_within(rows[..., :-1], seen)
    q, root = np.linalg.qr(design[keep])
    offset = np.linalg.solve(root, q.T @ response[keep])
    rows[i, j] = np.column_stack([q, response[keep] - design[keep] @ offset])
    return Arranged(rows, seen, root, offset, within, names, tuple(str(v) for v in when))


def _varies_within(x: Floats, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    high = np.where(seen[..., None], x, -np.inf).max(axis=1)
    low = np.where(seen[..., None], x, np.inf).min(axis=1)
    return np.asarray((high > low).any(axis=0))
