"""Every name leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import LookPlan, Protocol, Truth
from equipoise.protocol.rules.base import Problem, Rule, unknown

LOOSE_HYPOTHESIS_KEYS = frozenset(["safety"])


def endpoints(protocol: Protocol) -> Iterator[Problem]:
    for key, estimand in protocol.estimands.items():
        if estimand.endpoint not in protocol.endpoints:
            path: Path = ("estimands", key, "endpoint")
            yield unknown(path, "endpoint", estimand.endpoint, protocol.endpoints)
    for key in protocol.assume.endpoints:
        if key not in protocol.endpoints:
            yield unknown(("assume", key), "endpoint", key, protocol.endpoints)
    for name, truth in protocol.truth.items():
        for key in truth.endpoints:
            if key not in protocol.endpoints:
                path = ("truth", name, "endpoints", key)
                yield unknown(path, "endpoint", key, protocol.endpoints)


def populations(protocol: Protocol) -> Iterator[Problem]:
    for key, estimand in protocol.estimands.items():
        if estimand.population not in protocol.populations:
            path: Path = ("estimands", key, "population")
            yield unknown(path, "population", estimand.population, protocol.populations)
    plan = protocol.safety
    named = plan.population
    reported = named != "safety" or plan.labs or plan.queries or plan.ctcae is not None
    if reported and named not in protocol.populations:
        yield unknown(("safety", "population"), "population", named, protocol.populations)


def epochs(protocol: Protocol) -> Iterator[Problem]:
    for key, visit in protocol.visits.items():
        if visit.epoch is not None and visit.epoch not in protocol.epochs:
            yield unknown(("visits", key, "epoch"), "epoch", visit.epoch, protocol.epochs)


def visits(protocol: Protocol) -> Iterator[Problem]:
    for key, endpoint in protocol.endpoints.items():
        at = endpoint.assessed_at
        if at is not None and at not in protocol.visits:
            yield unknown(("endpoints", key, "assessed at"), "visit", at, protocol.visits)


def arms(protocol: Protocol) -> Iterator[Problem]:
    for path, words in _arm_maps(protocol):
        for word in words:
            if word not in protocol.arms and not (word == "all" and path[-1] == "dropout"):
                yield unknown((*path, word), "arm", word, protocol.arms)
    for key, estimand in protocol.estimands.items():
        for at, word in enumerate(estimand.compare):
            if word not in protocol.arms:
                yield unknown(("estimands", key, "compare", at), "arm", word, protocol.arms)


def _arm_maps(protocol: Protocol) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every mapping whose keys are arms."""
    yield ("assume", "dropout"), protocol.assume.dropout
    for key, per_arm in protocol.assume.endpoints.items():
        endpoint = protocol.endpoints.get(key)
        if endpoint is not None and isinstance(per_arm, dict):
            spread = {"sd", "dispersion", "correlation"}
            yield ("assume", key), {k: v for k, v in per_arm.items() if k not in spread}
    for name, truth in protocol.truth.items():
        yield from _truth_maps(("truth", name), truth)


def _truth_maps(path: Path, truth: Truth) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    yield (*path, "never treated"), truth.never_treated
    yield (*path, "dropout"), truth.dropout
    yield (*path, "response"), truth.response
    yield (*path, "crossover"), truth.crossover
    for word, times in (("progression", truth.progression), ("death", truth.death)):
        if times is not None:
            yield (*path, word, "arms"), times.arms
    for key, times in truth.endpoints.items():
        yield (*path, "endpoints", key, "arms"), times.arms
    for key, recurrent in truth.recurring.items():
        yield (*path, "recurring", key, "rates"), recurrent.rates
    for at, lab in enumerate(truth.labs):
        yield (*path, "labs", at, "nadir"), lab.nadir
    for at, event in enumerate(truth.adverse_events):
        yield (*path, "adverse events", at, "any grade"), event.any_grade
        yield (*path, "adverse events", at, "grade 34"), event.grade_34


def strata(protocol: Protocol) -> Iterator[Problem]:
    known = protocol.allocation.strata
    for key, estimand in protocol.estimands.items():
        for at, word in enumerate(estimand.strata or ()):
            if word not in known:
                yield unknown(("estimands", key, "strata", at), "stratum", word, known)
    plan = protocol.allocation.minimization
    for word in plan.weights if plan else ():
        if word not in known:
            yield unknown(("allocation", "minimization", "weights", word), "stratum", word, known)
    for path, shares in _shares(protocol):
        for word, levels in shares.items():
            if word not in known:
                yield unknown((*path, word), "stratum", word, known)
                continue
            for level in levels:
                if level not in known[word].levels:
                    where = (*path, word, level)
                    yield unknown(where, f"level of {word}", level, known[word].levels)


def _shares(protocol: Protocol) -> Iterator[tuple[Path, Mapping[str, Mapping[str, float]]]]:
    yield ("assume", "strata"), protocol.assume.strata
    for name, truth in protocol.truth.items():
        yield ("truth", name, "strata"), truth.strata


def hypotheses(protocol: Protocol) -> Iterator[Problem]:
    known = [*protocol.endpoints, *(k for k in protocol.estimands if k not in protocol.endpoints)]
    plan = protocol.design
    for key, hypothesis in plan.hypotheses.items():
        named = hypothesis.estimand
        if named is not None and named not in protocol.estimands:
            yield unknown(("design", key, "estimand"), "estimand", named, protocol.estimands)
        elif named is None and key not in known:
            yield unknown(("design", key), "endpoint or estimand", key, known)
    for at, word in enumerate(plan.order):
        if word not in plan.hypotheses:
            yield unknown(("design", "order", at), "hypothesis", word, plan.hypotheses)
    if plan.graph is not None:
        for word in (*plan.graph.weights, *plan.graph.transitions):
            if word not in plan.hypotheses:
                part = "weights" if word in plan.graph.weights else "transitions"
                yield unknown(("design", "graph", part, word), "hypothesis", word, plan.hypotheses)


def looks(protocol: Protocol) -> Iterator[Problem]:
    known = _look_names(protocol)
    for key, hypothesis in protocol.design.hypotheses.items():
        for name, look in hypothesis.looks.items():
            yield from _followed(("design", key, "looks", name), f"{key} {name}", look, known)
    if protocol.report.look is not None and protocol.report.look not in known:
        yield unknown(("report", "look"), "look", protocol.report.look, known)


def _look_names(protocol: Protocol) -> tuple[str, ...]:
    plans = protocol.design.hypotheses.items()
    return tuple(f"{key} {name}" for key, plan in plans for name in plan.looks)


def _followed(path: Path, own: str, look: LookPlan, known: tuple[str, ...]) -> Iterator[Problem]:
    if look.with_ is None:
        return
    if look.with_ == own:
        yield Problem((*path, "with"), f"{own} cannot wait for itself", "expected another look")
    elif look.with_ not in known:
        yield unknown((*path, "with"), "look", look.with_, known)


def published(protocol: Protocol) -> Iterator[Problem]:
    known = [*protocol.estimands, *LOOSE_HYPOTHESIS_KEYS]
    for at, line in enumerate(protocol.report.published):
        if line.estimand not in known:
            path: Path = ("report", "published", at, "estimand")
            yield unknown(path, "estimand", line.estimand, known)


def correlated(protocol: Protocol) -> Iterator[Problem]:
    for name, truth in protocol.truth.items():
        known = ["progression", "death", *truth.endpoints]
        for key in ("progression", "death"):
            times = getattr(truth, key)
            if times is not None and times.with_ is not None and times.with_ not in known:
                path: Path = ("truth", name, key, "with")
                yield unknown(path, "time", times.with_, known)


def drugs(protocol: Protocol) -> Iterator[Problem]:
    for key, arm in protocol.arms.items():
        known = sorted({regimen.drug for regimen in arm.give})
        for at, regimen in enumerate(arm.give):
            if regimen.after is not None and regimen.after not in known:
                yield unknown(("arms", key, "give", at, "after"), "drug", regimen.after, known)


def one_question(protocol: Protocol) -> Iterator[Problem]:
    """A hypothesis that names only an endpoint needs an estimand to stand for."""
    for key, hypothesis in protocol.design.hypotheses.items():
        asked = {estimand.endpoint for estimand in protocol.estimands.values()}
        if hypothesis.estimand is None and key in protocol.endpoints and key not in asked:
            message = f"the hypothesis {key} has no estimand"
            yield Problem(("design", key), message, f"expected an estimand whose endpoint is {key}")


def crossover(protocol: Protocol) -> Iterator[Problem]:
    for name, truth in protocol.truth.items():
        for arm, goes in truth.crossover.items():
            path: Path = ("truth", name, "crossover", arm)
            known = [key for key in protocol.arms if key != arm]
            if goes.to not in known:
                yield unknown((*path, "to"), "other arm", goes.to, known)
            if truth.progression is None or truth.death is None:
                message = "patients cross over at progression, and live on"
                expected = f"expected truth.{name} to say `progression` and `death`"
                yield Problem(path, message, expected)


RULES = (
    Rule("P01", "An endpoint that is not declared", endpoints),
    Rule("P02", "A population that is not declared", populations),
    Rule("P03", "An epoch that is not declared", epochs),
    Rule("P04", "A visit that is not declared", visits),
    Rule("P05", "An arm that is not declared", arms),
    Rule("P06", "A stratum or level that is not declared", strata),
    Rule("P07", "A hypothesis about nothing declared", hypotheses),
    Rule("P08", "A look that is not declared", looks),
    Rule("P36", "A published figure of no estimand", published),
    Rule("P37", "A time tied to nothing", correlated),
    Rule("P38", "A drug given after a drug that is not given", drugs),
    Rule("P39", "A hypothesis without an estimand", one_question),
    Rule("P60", "A crossover that leads nowhere", crossover),
)
