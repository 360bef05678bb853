"""The design room's plan of each hypothesis, so that virtual looks have the bounds of real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from equipoise.design.bounds.spending import FAMILIES, parse_family
from equipoise.design.model import HypothesisPlan
from equipoise.design.plan.amounts import counted, share_of
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError, ProtocolError
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.looks import Look, amount_waited_for, count_at
from equipoise.protocol import Protocol


def plans_of(protocol: Protocol, asked: Sequence[Hypothesis]) -> dict[str, HypothesisPlan]:
    """The plans by hypothesis, without their rates; none where the protocol lacks assumptions.

    Raises   InputError if the error cannot be spent without a plan.
    """
    try:
        design = plan(protocol)
        planned = {h.name: replace(h, course=None) for h in design.hypotheses}
        problem = "; ".join(reason for _, reason in design.not_planned)
    except (InputError, ProtocolError) as error:
        planned, problem = {}, str(error)
    for h in asked:
        if h.name not in planned and _needs_a_plan(h):
            raise InputError(f"design.{h.name}: its bounds need a plan; {problem}")
    return planned


def _needs_a_plan(h: Hypothesis) -> bool:
    """Whether bounds rest on more than a spending function and the information observed."""
    families = [parse_family(name)[0] for name in (h.plan.spending, h.plan.futility) if name]
    return (
        any(name not in FAMILIES for name in families)
        or h.plan.spend_by != "information"
        or not all(look.efficacy and look.futility for look in h.looks)
    )


def shares_counted(h: Hypothesis, planned: HypothesisPlan | None) -> Iterator[tuple[Look, int]]:
    """Each look at a share of the information, with the count at which it comes."""
    for look in h.looks:
        if share_of(look.trigger) is not None:
            yield look, counted(h, look, lambda: planned)


def planned_amounts(
    protocol: Protocol, h: Hypothesis, planned: HypothesisPlan | None
) -> tuple[float, ...]:
    """Planned information by look: the plan's, or even steps up to the last where there is none."""
    if planned is not None:
        return tuple(look.amount for look in planned.looks)
    known = [amount_waited_for(look.trigger, h.unit) for look in h.looks]
    most = float(known[-1] or max((n for n in known if n), default=protocol.population.randomize))
    shares = [share_of(look.trigger) for look in h.looks]
    points = [n if share is None else count_at(share, most) for n, share in zip(known, shares)]
    points[-1] = points[-1] or round(most)
    steps = np.arange(1, len(points) + 1, dtype=np.float64)
    have = [k for k, n in enumerate(points) if n is not None]
    values = [0.0, *(float(points[k] or 0) for k in have)]
    return tuple(float(x) for x in np.interp(steps, [0.0, *steps[have]], values))
