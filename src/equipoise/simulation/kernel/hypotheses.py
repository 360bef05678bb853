"""The hypotheses of a design that virtual trials can answer, and what is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis, hypotheses, is_of_everybody, strata_of
from equipoise.meaning.look_order import looks_in_turn
from equipoise.meaning.looks import Look
from equipoise.meaning.responders import responder_of
from equipoise.patients.visit_plans import scan_visit
from equipoise.patients.world import truth_named
from equipoise.protocol import Protocol
from equipoise.protocol.model import Truth
from equipoise.simulation.kernel.tests import kernel_test


def simulated(protocol: Protocol, truth: Truth) -> tuple[Hypothesis, ...]:
    """The hypotheses of the design, in the order of the file.

    Raises   InputError for one that arrays cannot answer, by name.
    """
    found = hypotheses(protocol)
    if not found:
        raise InputError("design: no hypothesis; name an endpoint with its looks")
    for h in found:
        if h.estimand is None:
            raise InputError(f"design.{h.name}: no estimand asks about it")
        _refuse(protocol, h)
        _refuse_population(protocol, truth, h)
        kernel_test(h)
    return found


def beyond_arrays(protocol: Protocol, *, truth: str) -> tuple[str, ...]:
    """What of the design arrays cannot answer, and the object road can: tests, margins, people.

    Raises   InputError if there is no such truth.
    """
    found = truth_named(protocol, truth)
    reasons = []
    for h in hypotheses(protocol):
        try:
            if h.estimand is not None:
                _refuse(protocol, h)
                _refuse_population(protocol, found, h)
                kernel_test(h)
        except InputError as reason:
            reasons.append(str(reason))
    return tuple(reasons)


def _refuse(protocol: Protocol, h: Hypothesis) -> None:
    """Say so where a design asks for what virtual trials do not do."""
    assert h.estimand is not None
    stratified = h.method is not None and h.method.stratified
    is_time = h.endpoint.type == "time to event"
    asked = {
        "a margin": bool(h.plan.margin),
        "strata other than those of the allocation": stratified
        and set(strata_of(protocol, h.estimand)) != set(protocol.allocation.strata),
        "a time from another day than randomization": is_time
        and (h.endpoint.from_ != "randomization" or h.endpoint.among is not None),
    }
    if h.endpoint.type == "proportion":
        asked |= _responses(protocol, h)
    for what, is_asked in asked.items():
        if is_asked:
            raise InputError(f"design.{h.name}: cannot simulate {what}")


def _responses(protocol: Protocol, h: Hypothesis) -> dict[str, bool]:
    """Arrays see a best response of CR or PR, at the scans of the schedule."""
    return {
        'responders other than by `parameter: BOR` and `AVALC in ("CR", "PR")`': (
            not responder_of(protocol, h.endpoint_name).is_best_response
        ),
        "responses without a visit that assesses tumors": scan_visit(protocol) is None,
    }


def _refuse_population(protocol: Protocol, truth: Truth, h: Hypothesis) -> None:
    """Arrays hold everybody who is randomized; a population that leaves some out is refused."""
    assert h.estimand is not None
    name = h.estimand.population
    who = protocol.populations[name].who
    all_treated = who == "treated" and not any(truth.never_treated.values())
    if is_of_everybody(protocol, h.estimand) or all_treated:
        return
    raise InputError(
        f'estimand for {h.name}: cannot simulate the population "{name}" ({who}); '
        "expected all who are randomized (the object road, `equipoise run`, analyzes any)"
    )


def each_in_turn(asked: Sequence[Hypothesis]) -> Iterator[tuple[Hypothesis, Look]]:
    """Every look with its hypothesis, after those that it waits for."""
    by_name = {h.name: h for h in asked}
    for look in looks_in_turn([look for h in asked for look in h.looks]):
        yield by_name[look.hypothesis], look
