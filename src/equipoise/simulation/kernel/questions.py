"""What a design asks of a virtual trial: hypotheses, their looks, their tests and their events."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.kernels.trials import batch
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand, HypothesisDesign, LookPlan, Truth

METHODS = {
    "log-rank": (batch.LOGRANK, False),
    "stratified log-rank": (batch.LOGRANK, True),
    "Fleming-Harrington": (batch.WEIGHTED, False),
    "stratified Fleming-Harrington": (batch.WEIGHTED, True),
    "max-combo": (batch.MAX_COMBO, False),
    "stratified max-combo": (batch.MAX_COMBO, True),
    "restricted mean survival time": (batch.RMST, False),
    "Fisher exact": (batch.FISHER, False),
    "Miettinen-Nurminen": (batch.SCORE, False),
}


class Question(NamedTuple):
    """One hypothesis of the protocol, with the estimand that asks it."""

    name: str
    design: HypothesisDesign
    estimand: Estimand


class LookName(NamedTuple):
    """One look: whose events it counts, its name there, and the trial day rules."""

    question: Question
    name: str
    plan: LookPlan

    @property
    def label(self) -> str:
        return f"{self.question.name} {self.name}"


def questions(protocol: Protocol) -> list[Question]:
    """The hypotheses of the design with their estimands, in the order of the file."""
    found = []
    for name, design in protocol.design.hypotheses.items():
        if not design.looks:
            raise InputError(f"design.{name}: expected at least one look")
        estimand = _estimand(protocol, name, design)
        _refused(name, design, estimand, protocol)
        found.append(Question(name, design, estimand))
    if not found:
        raise InputError("design: no hypothesis; name an endpoint with its looks")
    return found


def _refused(name: str, design: HypothesisDesign, estimand: Estimand, protocol: Protocol) -> None:
    """Say so where a design asks for what virtual trials do not do."""
    asked = {
        "an error of its own where alpha is shared": design.alpha is not None
        and protocol.design.multiplicity != "none",
        "a margin": bool(design.margin),
        "strata other than those of the allocation": (estimand.test or "").startswith("stratified")
        and estimand.strata is not None
        and set(estimand.strata) != set(protocol.allocation.strata),
    }
    for what, is_asked in asked.items():
        if is_asked:
            raise InputError(f"design.{name}: cannot simulate {what}")


def check_population(protocol: Protocol, truth: Truth, question: Question) -> None:
    """Arrays hold everybody who is randomized.

    Raises   InputError for a population that leaves some of them out.
    """
    name = question.estimand.population
    who = protocol.populations[name].who
    if who in ("randomized", "all") or (who == "treated" and not any(truth.never_treated.values())):
        return
    raise InputError(
        f'estimand for {question.name}: cannot simulate the population "{name}" ({who}); '
        "expected all who are randomized (the object road, `equipoise run`, analyzes any)"
    )


def _estimand(protocol: Protocol, name: str, design: HypothesisDesign) -> Estimand:
    if design.estimand is not None or name in protocol.estimands:
        return protocol.estimands[design.estimand or name]
    of_endpoint = [e for e in protocol.estimands.values() if e.endpoint == name]
    if not of_endpoint:
        raise InputError(f"design.{name}: no estimand asks about it")
    return of_endpoint[0]


def own_looks(asked: list[Question]) -> list[LookName]:
    """Every look that is not held `with` another."""
    own = [
        LookName(q, name, plan)
        for q in asked
        for name, plan in q.design.looks.items()
        if plan.with_ is None
    ]
    labels = [look.label for look in own]
    for q in asked:
        for name, plan in q.design.looks.items():
            if plan.with_ is not None and plan.with_ not in labels:
                hint = did_you_mean(plan.with_, labels)
                raise InputError(f'design.{q.name}.looks.{name}: no look "{plan.with_}"{hint}')
    return own


def method_of(question: Question) -> tuple[int, bool]:
    test = question.estimand.test or "log-rank"
    if test not in METHODS:
        hint = did_you_mean(test, METHODS)
        raise InputError(f'estimand for {question.name}: cannot simulate the test "{test}"{hint}')
    return METHODS[test]


def weights_of(question: Question, method: int) -> tuple[float, float]:
    options = question.estimand.options
    if method == batch.RMST:
        if not question.estimand.at:
            raise InputError(f"estimand for {question.name}: restricted mean needs `at`")
        return float(question.estimand.at[0].days), 0.0
    return float(options.get("rho", 0.0)), float(options.get("gamma", 1.0))


def pair_of(protocol: Protocol, world: Setting, question: Question) -> tuple[int, int]:
    arms = question.estimand.compare or (protocol.experimental[0], protocol.control)
    if len(arms) != 2:
        raise InputError(f"estimand for {question.name}: expected two arms, found {len(arms)}")
    one, other = (world.arms.index(arm) for arm in arms)
    control = world.arms.index(protocol.control)
    return (one, other) if one == control else (other, one)
