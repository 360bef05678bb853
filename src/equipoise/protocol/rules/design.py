"""Error is spent once, looks come in order, and assumptions carry what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import DesignPlan, LookPlan, Protocol
from equipoise.protocol.rules.base import Problem, Rule

ERROR_TOLERANCE: Final = 1e-9  # levels are written with a few decimals


def order(protocol: Protocol) -> Iterator[Problem]:
    for key, hypothesis in protocol.design.hypotheses.items():
        named = list(hypothesis.looks.items())
        for part in ("events", "subjects", "information"):
            said = [(n, v) for n, look in named if (v := getattr(look, part)) is not None]
            for (first, lower), (second, upper) in pairwise(said):
                if upper <= lower:
                    message = f"{part} do not grow: {first} {lower:g}, then {second} {upper:g}"
                    where: Path = ("design", key, "looks", second)
                    yield Problem(where, message, f"expected more than {lower:g}")


def looks(protocol: Protocol) -> Iterator[Problem]:
    for key, hypothesis in protocol.design.hypotheses.items():
        for name, look in hypothesis.looks.items():
            said = _said(look)
            path: Path = ("design", key, "looks", name)
            if not said and look.cutoff is None:
                message = "when this look happens is not said"
                expected = (
                    "expected events, subjects, information, at, with, end of study or cutoff"
                )
                yield Problem(path, message, expected)
            elif len(said) > 1:
                message = f"this look has both `{said[0]}` and `{said[1]}`"
                yield Problem((*path, said[1]), message, "expected one of them")


def _said(look: LookPlan) -> list[str]:
    parts = {
        "events": look.events,
        "subjects": look.subjects,
        "information": look.information,
        "at": look.at,
        "with": look.with_,
        "end of study": look.end_of_study or None,
        "later of": look.later_of or None,
    }
    return [word for word, value in parts.items() if value is not None]


def spent_twice(protocol: Protocol) -> Iterator[Problem]:
    plan = protocol.design
    tested = [k for k, h in plan.hypotheses.items() if h.looks or h.power is not None]
    levels = {k: plan.hypotheses[k].alpha for k in tested}
    if plan.multiplicity == "none" and len(tested) > 1 and None in levels.values():
        message = f"{', '.join(tested)} are each tested at {plan.alpha:g}: the error is spent twice"
        expected = "say `multiplicity`, or give each hypothesis its own `alpha`"
        yield Problem(("design", tested[1]), message, expected)
    yield from _owned(plan, tested)
    total = sum(a for a in levels.values() if a is not None)
    if total > plan.alpha + ERROR_TOLERANCE and plan.multiplicity in ("none", "bonferroni"):
        last = next(k for k in reversed(tested) if levels[k] is not None)
        message = f"the hypotheses spend {total:g}, more than the error {plan.alpha:g}"
        yield Problem(("design", last, "alpha"), message, f"expected {plan.alpha:g} in all")


def _owned(plan: DesignPlan, tested: list[str]) -> Iterator[Problem]:
    """An error of its own has no place where a sequence, Holm or a graph shares the error."""
    own = {k: a for k in tested if (a := plan.hypotheses[k].alpha) is not None}
    if plan.multiplicity in ("fixed sequence", "holm", "graph"):
        for key in own:
            message = f"{key} has an `alpha` of its own, and {_SHARED[plan.multiplicity]}"
            yield Problem(("design", key, "alpha"), message, "expected one of them")
    without = [key for key in tested if key not in own]
    spent = sum(own.values()) >= plan.alpha - ERROR_TOLERANCE
    if plan.multiplicity == "bonferroni" and spent and without:
        message = f"nothing of the error is left for {without[0]}"
        yield Problem(("design", without[0]), message, "expected less for the others")


_SHARED: Final = {
    "fixed sequence": "the sequence gives it the whole",
    "holm": "Holm's method shares the error evenly",
    "graph": "the weights of the graph share the error",
}


def graph(protocol: Protocol) -> Iterator[Problem]:
    plan = protocol.design
    if plan.graph is None:
        if plan.multiplicity == "graph":
            message = "`multiplicity: graph` without a graph"
            yield Problem(
                ("design", "multiplicity"), message, "expected `graph` with weights, transitions"
            )
        return
    total = sum(plan.graph.weights.values())
    if total > 1 + ERROR_TOLERANCE:
        message = f"the weights add up to {total:g}: error would be spent twice"
        yield Problem(("design", "graph", "weights"), message, "expected 1 at most")
    for key, row in plan.graph.transitions.items():
        path: Path = ("design", "graph", "transitions", key)
        if key in row:
            yield Problem((*path, key), f"{key} passes its error to itself", "leave it out")
        if sum(row.values()) > 1 + ERROR_TOLERANCE:
            message = f"{key} passes on {sum(row.values()):g} of its error"
            yield Problem(path, message, "expected 1 at most")
        if min(row.values(), default=0.0) < 0 or plan.graph.weights.get(key, 0.0) < 0:
            yield Problem(path, f"{key} has a negative weight", "expected 0 to 1")


def sequence(protocol: Protocol) -> Iterator[Problem]:
    plan = protocol.design
    if plan.multiplicity == "fixed sequence" and not plan.order:
        message = "a fixed sequence without its `order`"
        yield Problem(("design", "multiplicity"), message, "expected `order: [first, second]`")
    left_out = [k for k in plan.hypotheses if plan.order and k not in plan.order]
    for key in left_out:
        yield Problem(
            ("design", "order"), f"{key} is not in the order", "expected every hypothesis once"
        )


def margin(protocol: Protocol) -> Iterator[Problem]:
    framework = protocol.trial.framework
    said = {k: h for k, h in protocol.design.hypotheses.items() if h.margin is not None}
    if framework == "superiority" and said:
        key = next(iter(said))
        message = "a margin in a superiority trial"
        path: Path = ("design", key, "margin")
        yield Problem(path, message, "expected `framework: non-inferiority`, or no margin")
    if framework != "superiority" and protocol.design.hypotheses and not said:
        key = next(iter(protocol.design.hypotheses))
        message = f"a {framework} trial without a margin"
        yield Problem(("design", key), message, "expected `margin`, the largest loss accepted")


RULES = (
    Rule("P15", "Looks out of order", order),
    Rule("P16", "Error spent twice", spent_twice),
    Rule("P17", "A graph that is no graph", graph),
    Rule("P35", "Non-inferiority and its margin", margin),
    Rule("P47", "A look without a time, or with two", looks),
    Rule("P48", "A sequence without its order", sequence),
)
