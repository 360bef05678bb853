"""Rules across fields, each with an id, a heading in docs/protocol.md and a case in tests/spec."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.protocol.model import Protocol
from equipoise.protocol.rules import (
    allocation,
    amendment,
    design,
    endpoints,
    measurements,
    patients,
    references,
    responses,
    schedule,
    sources,
    spending,
    treatment,
    variables,
)
from equipoise.protocol.rules.base import Problem, Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *references.RULES,
            *allocation.RULES,
            *treatment.RULES,
            *schedule.RULES,
            *endpoints.RULES,
            *sources.RULES,
            *responses.RULES,
            *design.RULES,
            *spending.RULES,
            *measurements.RULES,
            *patients.RULES,
            *variables.RULES,
        ),
        key=lambda rule: rule.id,
    )
)


def check_rules(
    protocol: Protocol, rules: Sequence[Rule], *, earlier: Protocol | None = None
) -> list[Problem]:
    """Every problem that the rules find; `earlier` is the version that the protocol amends."""
    found: list[Problem] = []
    if earlier is not None:
        found += [*amendment.frozen(earlier, protocol), *amendment.later(earlier, protocol)]
    for rule in rules:
        found += [p._replace(rule=rule.id) for p in rule.find(protocol)]
    return found


__all__ = ["RULES", "Problem", "Rule", "check_rules"]
