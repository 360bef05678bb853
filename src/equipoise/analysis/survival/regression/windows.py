"""Hazard ratios by window of follow-up: piecewise constant, from (start, stop] rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.survival.arrays import (
    arms_of,
    flags,
    same_length,
    times,
)
from equipoise.analysis.survival.regression.cox import cox
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.types import Ties
from equipoise.arrays import Bools, Floats
from equipoise.errors import InputError


class Episodes(NamedTuple):
    """Rows split at cuts, each with part of one original row's follow-up.

    row : (m,) int64, the original row; window : (m,) int64, 0 before the first cut
    start, stop : (m,) float64; event : (m,) bool, True in the last part of an event only
    """

    row: npt.NDArray[np.int64]
    window: npt.NDArray[np.int64]
    start: Floats
    stop: Floats
    event: Bools


def episodes(time: Any, event: Any, *, cuts: Sequence[float]) -> Episodes:
    """Split follow-up at `cuts`; an event at a cut belongs to the window that ends there.

    Raises   InputError if the cuts are not rising and above 0, or a time is 0.
    """
    t, e = times(time).astype(np.float64), flags(event)
    n = same_length(time=t, event=e)
    edge = np.asarray(cuts, np.float64)
    if edge.ndim != 1 or not edge.size or not (np.diff(edge, prepend=0.0) > 0).all():
        raise InputError(f"cuts: {list(cuts)} found; expected rising times above 0")
    if (t <= 0).any():
        raise InputError(f"time[{int(np.argmax(t <= 0))}]: 0 found; a window needs time above 0")
    parts = 1 + np.searchsorted(edge, t, side="left")
    row = np.repeat(np.arange(n), parts)
    window = np.arange(row.size) - np.repeat(np.cumsum(parts) - parts, parts)
    start = np.concatenate(([0.0], edge))[window]
    last = window == parts[row] - 1
    stop = np.where(last, t[row], np.append(edge, np.inf)[window])
    return Episodes(row, window, start, stop, last & e[row])


class WindowRatio(NamedTuple):
    """One window's hazard ratio; `upper_time` is infinite in the last."""

    lower_time: float
    upper_time: float
    fit: Cox | None
    note: str


def window_hazard_ratios(
    time: Any,
    event: Any,
    arm: Any,
    stratum: Any = None,
    *,
    cuts: Sequence[float],
    ties: Ties = "efron",
    level: float = 0.95,
) -> tuple[WindowRatio, ...]:
    """The hazard ratio of arm 1 against arm 0 in each window of follow-up.

    time, event, arm, stratum : as `logrank`, two arms; cuts : (c,) rising times
    Returns  c + 1 windows, each with its Cox fit, or None and why there is none.
    Raises   InputError as `episodes`, or for more than two arms.
    Source   the partial likelihood is a product over windows, so each is fitted by itself.
    Checked  tests/oracle/survival (R coxph on survSplit).
    """
    code, k = arms_of(arm)
    if k != 2:
        raise InputError("arm: a window's hazard ratio compares two arms")
    split = episodes(time, event, cuts=cuts)
    edge = [0.0, *cuts, np.inf]
    out = []
    for w in range(len(edge) - 1):
        rows = split.window == w
        origin = split.row[rows]
        fit, note = _window(split, rows, code[origin], stratum, origin, ties, level)
        out.append(WindowRatio(float(edge[w]), float(edge[w + 1]), fit, note))
    return tuple(out)


def _window(
    split: Episodes, rows: Any, arm: Any, stratum: Any, origin: Any, ties: Ties, level: float
) -> tuple[Cox | None, str]:
    block = None if stratum is None else np.asarray(stratum)[origin]
    try:
        # all of a window's rows start together, so they are at risk from its beginning
        fit = cox(
            split.stop[rows],
            split.event[rows],
            arm,
            stratum=block,
            ties=ties,
            names=("arm",),
            level=level,
        )
    except InputError as error:
        return None, f"not estimable: {error}"
    return fit, fit.notes[0] if fit.notes else ""
