"""The fitted Cox model at each event time: what residuals and zph are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from equipoise.arrays import Bools, Floats, Ints
from equipoise.kernels.compiled import njit
from equipoise.kernels.survival.cox import COX_ROWS, CoxRows, at_risk, clear, gather


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


@njit("int64[::1](float64[::1], boolean[::1], int64[::1])", cache=True, nogil=True)
def count_points(time: Floats, event: Bools, first: Ints) -> Any:
    """(g + 1,) where each stratum's distinct event times begin."""
    starts = np.zeros(first.size, np.int64)
    for g in range(first.size - 1):
        found, last = 0, -1
        for i in range(first[g], first[g + 1]):
            if event[i] and (last < 0 or time[i] != time[last]):
                last = i
                found += 1
        starts[g + 1] = starts[g] + found
    return starts


_COLUMN, _MATRIX = types.float64[::1], types.float64[:, ::1]
EVENT_POINTS = types.NamedTuple(  # type: ignore[no-untyped-call]
    [types.int64[::1], *(_COLUMN,) * 4, *(_MATRIX,) * 3, types.float64[:, :, ::1]], EventPoints
)


@njit(types.void(COX_ROWS, _COLUMN, types.boolean, EVENT_POINTS), cache=True, nogil=True)
def fill_points(rows: CoxRows, risk: Floats, efron: bool, found: EventPoints) -> None:
    """Fill the fields of an EventPoints that are 0 before, all but `first`."""
    time, event, x, weight, first, start, start_order = rows
    starts, when, dead, hazard, tied, drift, tied_drift, mean, info = found
    p = x.shape[1]
    s1, e1, here = np.zeros(p), np.zeros(p), np.zeros(p)
    s2, e2 = np.zeros((p, p)), np.zeros((p, p))
    for g in range(first.size - 1):
        s0 = 0.0
        clear(s1, s2)
        late, point, i = first[g], starts[g + 1] - 1, first[g + 1] - 1
        while i >= first[g]:
            t = time[i]
            while start.size and late < first[g + 1] and start[start_order[late]] >= t:
                r = start_order[late]
                s0 -= risk[r]
                gather(-risk[r], x, r, s1, s2)
                late += 1
            deaths, e0, total = 0, 0.0, 0.0
            clear(e1, e2)
            while i >= first[g] and time[i] == t:
                s0 += risk[i]
                gather(risk[i], x, i, s1, s2)
                if event[i]:
                    deaths += 1
                    total += weight[i] if weight.size else 1.0
                    e0 += risk[i]
                    gather(risk[i], x, i, e1, e2)
                i -= 1
            if deaths == 0:
                continue
            when[point], dead[point] = t, total
            steps = deaths if efron else 1
            for q in range(steps):
                f = q / steps
                denom = s0 - f * e0
                h = total / steps / denom
                hazard[point] += h
                tied[point] += (1 - f) * h
                for j in range(p):
                    here[j] = (s1[j] - f * e1[j]) / denom
                    mean[point, j] += here[j] / steps
                    drift[point, j] += h * here[j]
                    tied_drift[point, j] += (1 - f) * h * here[j]
                    for k in range(j + 1 if info.size else 0):
                        value = (s2[j, k] - f * e2[j, k]) / denom - here[j] * here[k]
                        info[point, j, k] += total / steps * value
            point -= 1
    for point in range(info.shape[0]):
        for j in range(p):
            for k in range(j):
                info[point, k, j] = info[point, j, k]


def event_points(rows: CoxRows, risk: Floats, efron: bool, with_info: bool) -> EventPoints:
    """What the model says at each event time; risk : (n,) weight * exp(linear predictor).

    Source   Therneau & Grambsch 2000, section 4.6 and appendix (Efron ties in residuals).
    """
    starts = count_points(rows.time, rows.event, rows.first)
    m, p = int(starts[-1]), rows.x.shape[1]
    columns = (np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(m))
    matrices = (np.zeros((m, p)), np.zeros((m, p)), np.zeros((m, p)))
    info = np.zeros((m if with_info else 0, p, p))
    found = EventPoints(starts, *columns, *matrices, info)
    fill_points(rows, risk, efron, found)
    return found


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
