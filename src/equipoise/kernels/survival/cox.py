"""The Cox partial likelihood, its gradient and information, in one pass over sorted rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from equipoise.kernels.survival.order import Bools, Floats, Ints


class CoxRows(NamedTuple):
    """Rows sorted by stratum, then time.

    time : (n,) float64
    event : (n,) bool
    x : (n, p) float64
    weight : (n,) float64, or empty for 1
    first : (g + 1,) int64, where each stratum begins, and n
    start : (n,) float64 start of (start, time], or empty for rows at risk from the beginning
    start_order : (n,) int64, rows of each stratum by falling start, or empty
    """

    time: Floats
    event: Bools
    x: Floats
    weight: Floats
    first: Ints
    start: Floats
    start_order: Ints


@njit(cache=True, nogil=True)
def _gather(r: float, x: Floats, i: int, s1: Floats, s2: Floats) -> None:
    """Add r, r x and r x x' of row i (lower triangle)."""
    for j in range(s1.size):
        v = r * x[i, j]
        s1[j] += v
        for k in range(j + 1):
            s2[j, k] += v * x[i, k]


@njit(cache=True, nogil=True)
def _merge(s1: Floats, s2: Floats, e1: Floats, e2: Floats) -> None:
    """Add the events' sums to those of all at risk."""
    for j in range(s1.size):
        s1[j] += e1[j]
        for k in range(j + 1):
            s2[j, k] += e2[j, k]


@njit(cache=True, nogil=True)
def _clear(s1: Floats, s2: Floats) -> None:
    """Set sums to 0."""
    for j in range(s1.size):
        s1[j] = 0.0
        for k in range(j + 1):
            s2[j, k] = 0.0


@njit(cache=True, nogil=True)
def _reciprocals(s0: float, e0: float, steps: int) -> Any:
    """Over the steps q of one event time, with f = q / steps and u = 1 / (s0 - f e0): the sum of
    -log u, u, f u, u^2, f u^2, f^2 u^2.
    """
    logs = steps * np.log(s0)
    product = 1.0
    a = b = aa = ab = bb = 0.0
    for q in range(steps):
        f = q / steps
        share = 1.0 - f * e0 / s0
        product *= share
        if product < 1e-250:
            logs += np.log(product)
            product = 1.0
        u = 1.0 / (share * s0)
        a += u
        b += f * u
        aa += u * u
        ab += f * u * u
        bb += f * f * u * u
    return logs + np.log(product), a, b, aa, ab, bb


@njit(cache=True, nogil=True)
def _event_time(
    each: float,
    steps: int,
    s0: float,
    s1: Floats,
    s2: Floats,
    e0: float,
    e1: Floats,
    e2: Floats,
    score: Floats,
    info: Floats,
) -> float:
    """What one event time takes from the log likelihood; gradient and information are added to."""
    logs, a, b, aa, ab, bb = _reciprocals(s0, e0, steps)
    for j in range(s1.size):
        score[j] -= each * (s1[j] * a - e1[j] * b)
        for k in range(j + 1):
            squares = s1[j] * s1[k] * aa + e1[j] * e1[k] * bb
            squares -= (s1[j] * e1[k] + e1[j] * s1[k]) * ab
            info[j, k] += each * (s2[j, k] * a - e2[j, k] * b - squares)
    return float(each * logs)


@njit(
    "float64(float64[::1], boolean[::1], float64[:, ::1], float64[::1], int64[::1], float64[::1],"
    " int64[::1], float64[::1], float64[::1], boolean, float64[::1], float64[:, ::1])",
    cache=True,
    nogil=True,
)
def cox_sums(
    time: Floats,
    event: Bools,
    x: Floats,
    weight: Floats,
    first: Ints,
    start: Floats,
    start_order: Ints,
    eta: Floats,
    risk: Floats,
    efron: bool,
    score: Floats,
    info: Floats,
) -> float:
    """Log partial likelihood; adds the gradient into `score` and the information into `info`.

    The first seven are a CoxRows; eta : (n,) linear predictor; risk : (n,) weight * exp(eta).
    Source   Efron 1977; Breslow 1974; Andersen & Gill 1982 for (start, stop].
    """
    p = x.shape[1]
    s1, e1 = np.zeros(p), np.zeros(p)
    s2, e2 = np.zeros((p, p)), np.zeros((p, p))
    loglik = 0.0
    for g in range(first.size - 1):
        s0 = 0.0
        _clear(s1, s2)
        late = first[g]
        i = first[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            while start.size and late < first[g + 1] and start[start_order[late]] >= t:
                r = start_order[late]
                s0 -= risk[r]
                _gather(-risk[r], x, r, s1, s2)
                late += 1
            deaths = 0
            e0 = 0.0
            dead = 0.0
            _clear(e1, e2)
            while i >= first[g] and time[i] == t:
                if event[i]:
                    w = weight[i] if weight.size else 1.0
                    deaths += 1
                    dead += w
                    loglik += w * eta[i]
                    e0 += risk[i]
                    _gather(risk[i], x, i, e1, e2)
                    for j in range(p):
                        score[j] += w * x[i, j]
                else:
                    s0 += risk[i]
                    _gather(risk[i], x, i, s1, s2)
                i -= 1
            if deaths > 0:
                s0 += e0
                _merge(s1, s2, e1, e2)
                steps = deaths if efron else 1
                loglik -= _event_time(dead / steps, steps, s0, s1, s2, e0, e1, e2, score, info)
    for j in range(p):
        for k in range(j):
            info[k, j] = info[j, k]
    return loglik


def at_risk(rows: CoxRows, g: int, t: float) -> Bools:
    """Which rows of stratum `g` are at risk at `t` (plain twins only)."""
    inside = np.zeros(rows.time.size, np.bool_)
    inside[rows.first[g] : rows.first[g + 1]] = True
    begun = rows.start < t if rows.start.size else True
    return inside & (rows.time >= t) & begun


def cox_sums_plain(
    rows: CoxRows, eta: Floats, risk: Floats, efron: bool
) -> tuple[float, Floats, Floats]:
    """Twin of `cox_sums`: log likelihood, gradient (p,), information (p, p)."""
    p = rows.x.shape[1]
    weight = rows.weight if rows.weight.size else np.ones(rows.time.size)
    loglik, score, info = 0.0, np.zeros(p), np.zeros((p, p))
    for g in range(rows.first.size - 1):
        block = slice(rows.first[g], rows.first[g + 1])
        for t in np.unique(rows.time[block][rows.event[block]]):
            inside = at_risk(rows, g, t)
            dead = inside & rows.event & (rows.time == t)
            loglik += float(weight[dead] @ eta[dead])
            score += weight[dead] @ rows.x[dead]
            steps = int(dead.sum()) if efron else 1
            for q in range(steps):
                share = risk * inside - q / steps * risk * dead
                mean = share @ rows.x / share.sum()
                each = weight[dead].sum() / steps
                loglik -= each * np.log(share.sum())
                score -= each * mean
                spread = (rows.x.T * share) @ rows.x / share.sum() - np.outer(mean, mean)
                info += each * spread
    return loglik, score, info


class EventPoints(NamedTuple):
    """What the fitted model says at each distinct event time, strata in turn.

    first : (g + 1,) int64, where each stratum's event times begin
    time : (m,) the event times
    deaths : (m,) weighted number of events
    hazard, tied : (m,) hazard increment for those at risk, and for the tied events themselves
    drift, tied_drift : (m, p) increments of mean covariate times hazard, likewise
    mean : (m, p) mean covariate of those at risk
    info : (m, p, p) information, or (0, p, p) if not asked for
    """

    first: Ints
    time: Floats
    deaths: Floats
    hazard: Floats
    tied: Floats
    drift: Floats
    tied_drift: Floats
    mean: Floats
    info: npt.NDArray[np.float64]


@njit(
    "Tuple((int64[::1], float64[::1], float64[::1], float64[::1], float64[::1], float64[:, ::1],"
    " float64[:, ::1], float64[:, ::1], float64[:, :, ::1]))"
    "(float64[::1], boolean[::1], float64[:, ::1], float64[::1], int64[::1], float64[::1],"
    " int64[::1], float64[::1], boolean, boolean)",
    cache=True,
    nogil=True,
)
def event_points(
    time: Floats,
    event: Bools,
    x: Floats,
    weight: Floats,
    first: Ints,
    start: Floats,
    start_order: Ints,
    risk: Floats,
    efron: bool,
    with_info: bool,
) -> Any:
    """The fields of EventPoints; the first seven arguments are a CoxRows.

    Source   Therneau & Grambsch 2000, section 4.6 and appendix (Efron ties in residuals).
    """
    p = x.shape[1]
    strata = first.size - 1
    m = 0
    starts = np.zeros(strata + 1, np.int64)
    for g in range(strata):
        last = -1
        for i in range(first[g], first[g + 1]):
            if event[i] and (last < 0 or time[i] != time[last]):
                last = i
                m += 1
        starts[g + 1] = m
    when, dead, hazard, tied = np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(m)
    drift, tied_drift, mean = np.zeros((m, p)), np.zeros((m, p)), np.zeros((m, p))
    info = np.zeros((m if with_info else 0, p, p))
    s1, e1, here = np.zeros(p), np.zeros(p), np.zeros(p)
    s2, e2 = np.zeros((p, p)), np.zeros((p, p))
    for g in range(strata):
        s0 = 0.0
        s1[:] = 0.0
        s2[:] = 0.0
        late = first[g]
        point = starts[g + 1] - 1
        i = first[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            while start.size and late < first[g + 1] and start[start_order[late]] >= t:
                r = start_order[late]
                s0 -= risk[r]
                s1 -= risk[r] * x[r]
                for j in range(p if with_info else 0):
                    s2[j] -= risk[r] * x[r, j] * x[r]
                late += 1
            deaths = 0
            e0 = 0.0
            e1[:] = 0.0
            e2[:] = 0.0
            total = 0.0
            while i >= first[g] and time[i] == t:
                s0 += risk[i]
                s1 += risk[i] * x[i]
                for j in range(p if with_info else 0):
                    s2[j] += risk[i] * x[i, j] * x[i]
                if event[i]:
                    deaths += 1
                    total += weight[i] if weight.size else 1.0
                    e0 += risk[i]
                    e1 += risk[i] * x[i]
                    for j in range(p if with_info else 0):
                        e2[j] += risk[i] * x[i, j] * x[i]
                i -= 1
            if deaths == 0:
                continue
            when[point] = t
            dead[point] = total
            steps = deaths if efron else 1
            each = total / steps
            for q in range(steps):
                f = q / steps
                denom = s0 - f * e0
                h = each / denom
                hazard[point] += h
                tied[point] += (1 - f) * h
                for j in range(p):
                    here[j] = (s1[j] - f * e1[j]) / denom
                    mean[point, j] += here[j] / steps
                    drift[point, j] += h * here[j]
                    tied_drift[point, j] += (1 - f) * h * here[j]
                for j in range(p if with_info else 0):
                    for k in range(p):
                        value = (s2[j, k] - f * e2[j, k]) / denom - here[j] * here[k]
                        info[point, j, k] += each * value
            point -= 1
    return starts, when, dead, hazard, tied, drift, tied_drift, mean, info


def event_points_plain(rows: CoxRows, risk: Floats, efron: bool) -> EventPoints:
    """Twin of `event_points`, with the information."""
    weight = rows.weight if rows.weight.size else np.ones(rows.time.size)
    out: list[tuple[Any, ...]] = []
    starts = [0]
    for g in range(rows.first.size - 1):
        block = slice(rows.first[g], rows.first[g + 1])
        for t in np.unique(rows.time[block][rows.event[block]]):
            inside = at_risk(rows, g, t)
            dead = inside & rows.event & (rows.time == t)
            steps = int(dead.sum()) if efron else 1
            each = weight[dead].sum() / steps
            sums: list[Any] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
            for q in range(steps):
                share = risk * inside - q / steps * risk * dead
                h, mean = each / share.sum(), share @ rows.x / share.sum()
                spread = (rows.x.T * share) @ rows.x / share.sum() - np.outer(mean, mean)
                own = 1 - q / steps
                parts = (h, own * h, h * mean, own * h * mean, mean / steps, each * spread)
                sums = [a + b for a, b in zip(sums, parts)]
            out.append((t, weight[dead].sum(), *sums))
        starts.append(len(out))
    columns = (np.array(c, np.float64) for c in zip(*out))
    return EventPoints(np.array(starts, np.int64), *columns)
