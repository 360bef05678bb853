"""The protocol's method of allocation and others beside it, with usual settings."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from equipoise.protocol.model import AllocationPlan, Minimization

CLEARED: Final[dict[str, Any]] = {
    "blocks": (),
    "minimization": None,
    "probability": None,
    "limit": None,
}


class Candidate(NamedTuple):
    """A method with its settings, and how it is called in a table."""

    name: str
    plan: AllocationPlan
    is_the_protocols: bool = False


def candidates(plan: AllocationPlan) -> tuple[Candidate, ...]:
    """The protocol's method first, then those that could take its place."""
    unit = sum(plan.ratios)
    others: list[dict[str, Any]] = [
        {"method": "permuted blocks", "blocks": (2 * unit,)},
        {"method": "permuted blocks", "blocks": (2 * unit, 3 * unit)},
        {"method": "block urn", "blocks": (3 * unit,)},
        {"method": "complete"},
    ]
    if len(plan.ratios) == 2 and len(set(plan.ratios)) == 1:
        others += [
            {"method": "biased coin", "probability": 2 / 3},
            {"method": "big stick", "limit": 3},
        ]
    if plan.strata:
        is_even = len(set(plan.ratios)) == 1
        settings = Minimization(
            probability=0.8,
            measure="range",
            weights=dict.fromkeys(plan.strata, 1.0),
            form="Pocock-Simon" if is_even else "biased coin",
        )
        others.append({"method": "minimization", "minimization": settings})
    found = [Candidate(called(plan), plan, is_the_protocols=True)]
    for changes in others:
        other = plan.model_copy(update={**CLEARED, **changes})
        if called(other) != found[0].name:
            found.append(Candidate(called(other), other))
    return tuple(found)


def called(plan: AllocationPlan) -> str:
    """A method with its settings in a few words."""
    if plan.method in ("permuted blocks", "block urn"):
        return f"{plan.method} of {' or '.join(map(str, plan.blocks))}"
    if plan.method == "biased coin":
        return f"biased coin {plan.probability or 0:.3g}"
    if plan.method == "big stick":
        return f"big stick {plan.limit}"
    if plan.method == "minimization" and plan.minimization is not None:
        return f"minimization {plan.minimization.measure} {plan.minimization.probability:g}"
    return plan.method
