"""Bounds at the information actually observed: over- and under-running, looks added or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.model import HypothesisPlan, LookDesign
from equipoise.design.monitor.model import Seen
from equipoise.errors import InputError
from equipoise.protocol.language.families import SPENDING, Family, as_family, parse_family


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
        futility=_futility(h, t),
        beta=planned.beta if planned.beta_given else None,
        binding=planned.binding,
        spending_time=time,
        efficacy_looks=active(h, seen, ahead, "efficacy"),
        futility_looks=active(h, seen, ahead, "futility") if planned.futility else None,
        drift=planned.drift,
    )


def active(
    h: HypothesisPlan,
    seen: Sequence[Seen],
    ahead: Sequence[LookDesign],
    what: Literal["efficacy", "futility"],
) -> list[int]:
    """Looks, counted from 1, that have the bound: those planned with it, those added, the last."""
    without = {x.name for x in h.looks if not getattr(x, what)}
    names = [*(s.look for s in seen), *(x.name for x in ahead)]
    return [k for k, name in enumerate(names, 1) if name not in without or k == len(names)]


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


def _efficacy(h: HypothesisPlan, t: Sequence[float], alpha: float) -> Family:
    """A spending function as it is; a fixed shape spends as it was planned to, by information."""
    name = h.bounds.efficacy
    if parse_family(name)[0] in (*SPENDING, "none"):
        return name
    return _as_planned(h, t, [a * alpha / h.bounds.alpha for a in h.bounds.alpha_spent], alpha)


def _futility(h: HypothesisPlan, t: Sequence[float]) -> Family | None:
    name = h.bounds.futility
    if name is None or parse_family(name)[0] in SPENDING:
        return name
    family = as_family(name)
    planned = [float(v) for v in family if not isinstance(v, str)]
    return _as_planned(h, t, planned, h.bounds.beta)


def _as_planned(
    h: HypothesisPlan, t: Sequence[float], spent: Sequence[float], whole: float
) -> list[float]:
    """Cumulative error at other information, on straight lines through the planned points."""
    own = np.interp(t, [0.0, *h.bounds.information], [0.0, *spent])
    own[-1] = whole
    return [float(v) for v in own]
