"""The statistic of each look against its bounds, and the power that is left, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from equipoise.adam.model import ADaM
from equipoise.analysis.decisions import BOUNDARY, judged
from equipoise.analysis.results import Row
from equipoise.design.model import RATIO_SCALES, Design, HypothesisPlan
from equipoise.design.monitor.conditional import conditional_power
from equipoise.design.monitor.model import MonitoredHypothesis, Seen

EFFECTS: Final = 25
"""Effects from now on for which the conditional power is worked out."""


def paths(data: ADaM, design: Design) -> Iterator[Row]:
    """Bounds at every look, Z at those taken, and conditional power by the effect from now on.

    Rows of the hypothesis' estimand; term is the look, or for conditional power the effect.
    Source   Jennison & Turnbull 2000, chapters 7 and 10.
    """
    found = judged(data)
    for one in found.monitored:
        if one.name in found.now:
            plan = design[one.name]
            yield from _bounds(plan, one, found.told[one.name])
            if not one.last:
                yield from _powers(plan, one)


def _bounds(plan: HypothesisPlan, one: MonitoredHypothesis, seen: list[Seen]) -> Iterator[Row]:
    """Where each look stops: those taken at what was seen, the others as they are planned."""
    b = one.bounds
    names = [s.look for s in seen]
    names += [x.name for x in plan.looks if x.name not in names][-(len(b.upper) - len(names)) :]
    for k, name in enumerate(names[: len(b.upper)]):
        for statistic, value in (
            ("information at look", b.information[k]),
            ("bound z at look", b.upper[k]),
            ("futility bound z at look", b.lower[k]),
            ("observed z at look", seen[k].z if k < len(seen) else None),
        ):
            if value is not None:
                yield _row(plan, statistic, value, name)


def _powers(plan: HypothesisPlan, one: MonitoredHypothesis) -> Iterator[Row]:
    """Conditional power over a range of effects, from harm to twice what is assumed."""
    if plan.standard_error is None or plan.drift is None:
        return
    look = one.bounds.information.index(one.information) + 1
    for drift in np.linspace(-0.5 * plan.drift, 2.0 * plan.drift, EFFECTS):
        effect = plan.effect_at(float(drift))
        power = conditional_power(one.bounds, look=look, z=one.z, drift=float(drift))
        scale = plan.scale if plan.scale in RATIO_SCALES else "difference"
        yield _row(plan, f"conditional power at {scale}", power, f"{effect:.6g}")


def _row(plan: HypothesisPlan, statistic: str, value: float, term: str) -> Row:
    return Row(plan.estimand or plan.name, BOUNDARY, "", statistic, value, term=term)
