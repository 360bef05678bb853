"""The design room's plan of each hypothesis, so that virtual looks have the bounds of real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipoise.design.model import HypothesisPlan
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError, ProtocolError
from equipoise.protocol import Protocol
from equipoise.protocol.language.families import SPENDING, parse_family
from equipoise.protocol.model import HypothesisDesign
from equipoise.simulation.kernel.questions import Question


def plans_of(protocol: Protocol, asked: Sequence[Question]) -> dict[str, HypothesisPlan]:
    """The plans by hypothesis, without their rates; none where the protocol lacks assumptions.

    Raises   InputError if the error cannot be spent without a plan.
    """
    try:
        design = plan(protocol)
    except (InputError, ProtocolError) as problem:
        for q in asked:
            if _needs_a_plan(q.design):
                raise InputError(f"design.{q.name}: its bounds need a plan; {problem}") from None
        return {}
    return {q.name: replace(design[q.name], course=None) for q in asked}


def _needs_a_plan(design: HypothesisDesign) -> bool:
    """Whether bounds rest on more than a spending function and the information observed."""
    families = [parse_family(name)[0] for name in (design.spending, design.futility) if name]
    return (
        any(name not in SPENDING for name in families)
        or design.spend_by != "information"
        or not all(look.efficacy and look.futility for look in design.looks.values())
    )
