"""Bounds at the information actually observed: over- and under-running, looks added or dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise.design.boundaries import bounds
from equipoise.design.looks import Bounds
from equipoise.design.monitored import Seen
from equipoise.design.noun import HypothesisPlan
from equipoise.design.spending import FAMILIES, parse_family
from equipoise.errors import InputError


def observed_bounds(h: HypothesisPlan, seen: Sequence[Seen], level: float | None = None) -> Bounds:
    """Bounds at the information observed so far, followed by the looks still to come.

    The last look spends all that is left, whether it comes with less or more than was planned.
    """
    if not seen:
        raise InputError(f"{h.name}: no look is given")
    amounts = [s.amount for s in seen]
    taken = {s.look for s in seen}
    ahead = [
        x for x in h.looks if x.amount > amounts[-1] and x.name not in taken and not _ends(h, seen)
    ]
    t = [x / h.maximum for x in (*amounts, *(x.amount for x in ahead))]
    time = _spending_time(h, seen, len(ahead), t)
    alpha = h.alpha if level is None else level
    planned = h.bounds
    return bounds(
        t,
        alpha=alpha,
        efficacy=_efficacy(h, t, alpha),
        futility=planned.futility,
        beta=planned.beta if planned.beta_given else None,
        binding=planned.binding,
        spending_time=time,
        drift=planned.drift,
    )


def _ends(h: HypothesisPlan, seen: Sequence[Seen]) -> bool:
    return seen[-1].look == h.looks[-1].name


def _spending_time(
    h: HypothesisPlan, seen: Sequence[Seen], ahead: int, t: Sequence[float]
) -> list[float]:
    planned = dict(zip((x.name for x in h.looks), h.bounds.spending_time, strict=True))
    time = [min(x, 1.0) for x in t]
    for k, s in enumerate(seen):
        if s.look in planned and h.spend_by == "calendar":
            time[k] = planned[s.look]
        if s.look in planned and h.spend_by == "smaller of planned and actual":
            time[k] = min(planned[s.look], time[k])
    if h.spend_by == "calendar" and ahead:
        time[len(seen) :] = h.bounds.spending_time[-ahead:]
    if ahead or _ends(h, seen):
        time[-1] = 1.0
    return [max(time[: k + 1]) for k in range(len(time))]


def _efficacy(h: HypothesisPlan, t: Sequence[float], alpha: float) -> str | list[float]:
    """A spending function as it is; a fixed shape spends as it was planned to, by information."""
    name = h.bounds.efficacy
    if parse_family(name)[0] in (*FAMILIES, "none") or name == "none":
        return name
    spent = np.array([0.0, *h.bounds.alpha_spent]) * alpha / h.bounds.alpha
    points = np.array([0.0, *h.bounds.information])
    own = np.interp(t, points, spent)
    own[-1] = alpha if t[-1] >= 1.0 or len(t) >= len(h.looks) else own[-1]
    return [float(v) for v in own]
