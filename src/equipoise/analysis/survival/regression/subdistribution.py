"""The Fine-Gray model as a weighted Cox model: its rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.arrays import same_length, times
from equipoise.analysis.survival.curves.competing import causes_of
from equipoise.arrays import Bools, Floats, Ints
from equipoise.errors import InputError


class SubdistributionRows(NamedTuple):
    """(start, stop] rows with weights, for `cox` with start and weight.

    row : (m,) int64, the original row; start, stop, weight : (m,) float64; event : (m,) bool
    """

    row: Ints
    start: Floats
    stop: Floats
    event: Bools
    weight: Floats


def subdistribution_rows(time: Any, cause: Any, *, of: int = 1) -> SubdistributionRows:
    """Rows whose weighted Cox model is the Fine-Gray model, for any tie rule, strata or covariates.

    A row with a competing event stays at risk with weight G(t-) / G(T-), censorings at a time
    taken as after the events of that time (R survival's `finegray`; cmprsk takes them together).
    Raises   InputError if nobody has the cause, or a time is 0.
    Source   Geskus 2011, Biometrics 67:39.
    Checked  tests/oracle/survival (R finegray).
    """
    t, c = times(time).astype(np.float64), causes_of(cause)
    n = same_length(time=t, cause=c)
    if not (c == of).any():
        raise InputError(f"cause: nobody has cause {of}; not estimable")
    if (t <= 0).any():
        raise InputError(f"time[{int(np.argmax(t <= 0))}]: 0 found; expected a time above 0")
    when = np.unique(t)
    at_risk = n - np.searchsorted(np.sort(t), when)
    seen = np.bincount(np.searchsorted(when, t[c > 0]), minlength=when.size)
    lost = np.bincount(np.searchsorted(when, t[c == 0]), minlength=when.size)
    left = at_risk - seen
    after = np.cumprod(1 - np.divide(lost, left, out=np.zeros(when.size), where=left > 0))
    before = np.concatenate(([1.0], after[:-1]))
    point = np.unique(t[c == of])
    free = before[np.searchsorted(when, point)]
    stays = (c == 0) | (c == of)
    parts = [(np.flatnonzero(stays), np.zeros(stays.sum()), t[stays], (c == of)[stays])]
    weights = [np.ones(stays.sum())]
    for i in np.flatnonzero(~stays):
        later = np.searchsorted(point, t[i], side="right")
        ends = np.append(t[i], point[later:])
        share = np.append(1.0, free[later:] / before[np.searchsorted(when, t[i])])
        # event times at which the weight has not moved share one row
        last = np.append(np.diff(share) != 0, True) & (share > 0)
        stop = ends[last]
        k = stop.size
        start = np.concatenate(([0.0], stop[:-1]))
        parts.append((np.full(k, i), start, stop, np.zeros(k, np.bool_)))
        weights.append(share[last])
    row, start, stop, event = (np.concatenate(column) for column in zip(*parts, strict=True))
    return SubdistributionRows(row, start, stop, event, np.concatenate(weights))
