"""The product-limit estimate of rows that enter late or count as several."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.entered import WatchedRows, sorted_span, span
from equipoise.arrays import Floats, SmallInts
from equipoise.kernels.survival.entered import entered_limit, entered_table


class EnteredCurve(NamedTuple):
    """The columns of a curve, (m,) each, at every time at which a row ends or starts."""

    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    survival: Floats
    spread: Floats


def entered_curve(time: Any, event: Any, start: Any, weight: Any, *, robust: bool) -> EnteredCurve:
    """S(t) with the variance of its logarithm, Greenwood's or (`robust`) by the rows' influence.

    Raises   InputError as `span`.
    Source   Tsai, Jewell & Wang 1987, Biometrika 74:883; Therneau & Grambsch 2000, section 2.2.3
             (infinitesimal jackknife).
    """
    rows = span(time, event, start, weight)
    table = entered_table(sorted_span(*_with_starts(rows, start), None, 1), 1)
    d, y = table.events[:, 0].copy(), table.at_risk[:, 0].copy()
    survival, spread = entered_limit(d, y)
    if robust:
        spread = influence_sum(rows, table.time, d, y, survival)
    return EnteredCurve(table.time, y, d, table.leaving[:, 0] - d, survival, spread)


def _with_starts(rows: WatchedRows, start: Any) -> tuple[WatchedRows, SmallInts]:
    """The rows, and one that counts nought at each start: numbers at risk change there too."""
    if start is None:
        return rows, np.zeros(rows.time.size, np.int32)
    begun = np.unique(rows.start)
    nobody = np.zeros(begun.size)
    whole = WatchedRows(
        np.concatenate((rows.time, begun)),
        np.concatenate((rows.start, begun)),
        np.concatenate((rows.event, nobody > 0)),
        np.concatenate((rows.weight, nobody)),
    )
    return whole, np.zeros(whole.time.size, np.int32)


def influence_sum(
    rows: WatchedRows, when: Floats, d: Floats, y: Floats, survival: Floats
) -> Floats:
    """(m,) the sum over rows of (weight x derivative of log S in it)^2; infinite once S is 0.

    A row's derivative grows with the hazard over those left while it is at risk, and falls by one
    over those left at its event.
    """
    alive = survival > 0
    left = np.where(alive & (d > 0), y - d, 1.0)
    grown = np.cumsum(np.divide(d, y * left, out=np.zeros(d.size), where=alive & (d > 0)))
    before = np.append(0.0, grown)
    begin = np.searchsorted(when, rows.start, side="right")
    end = np.searchsorted(when, rows.time)
    own = before[begin]
    final = grown[end] - own - np.where(rows.event, 1 / left[end], 0.0)
    square, m = rows.weight**2, when.size

    def summed(values: Floats) -> Floats:
        """Of the rows at risk at each time and after it."""
        into = np.bincount(begin, weights=values, minlength=m + 1)[:m]
        out = np.bincount(end, weights=values, minlength=m)
        return np.asarray(np.cumsum(into - out))

    done = np.cumsum(np.bincount(end, weights=square * final**2, minlength=m))
    inside = summed(square * own**2) - 2 * grown * summed(square * own)
    total = done + inside + grown**2 * summed(square)
    return np.where(alive, np.maximum(total, 0.0), np.inf)
