"""What follows from the rest of a protocol when it is not written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Endpoint, Hazard, Protocol, RecistOptions
from equipoise.protocol.model.endpoints import CONFIRM_AFTER, CONFIRM_PROGRESSION, MINIMUM_SD
from equipoise.protocol.model.frozen import unsaid
from equipoise.questionnaires.forms import questionnaire
from equipoise.units import parse_number

Derived = Iterator[tuple[Path, Any]]


def derive(whole: dict[str, Any], protocol: Protocol) -> frozenset[Path]:
    """Fill `whole`, the protocol's dump, where a value is empty and follows from others.

    Returns   the paths of what was filled.
    """
    filled = set()
    for source in (_names, _arms, _allocation, _dates, _endpoints, _estimands, _report):
        for path, value in source(protocol):
            parent = _parent(whole, path)
            if unsaid(parent[path[-1]]):
                parent[path[-1]] = value
                filled.add(path)
    if "ratio" not in protocol.allocation.model_fields_set and len(protocol.arms) > 2:
        whole["allocation"]["ratio"] = ":".join("1" for _ in protocol.arms)
        filled.add(("allocation", "ratio"))
    for key, per_arm in protocol.assume.endpoints.items():
        whole["assume"][key] = _assumed(protocol, key, per_arm)
    return frozenset(filled)


def _parent(whole: Any, path: Path) -> Any:
    for part in path[:-1]:
        whole = whole[part]
    return whole


def _sentence_case(key: str) -> str:
    return key[:1].upper() + key[1:]


def _names(protocol: Protocol) -> Derived:
    for section in ("epochs", "visits", "populations", "subgroups"):
        for key in getattr(protocol, section):
            yield (section, key, "label"), _sentence_case(key)
    for n, key in enumerate(protocol.allocation.strata, start=1):
        yield ("allocation", "strata", key, "label"), _sentence_case(key)
        yield ("allocation", "strata", key, "variable"), key
        yield ("allocation", "strata", key, "randomized"), f"STRAT{n}R"
    for key in protocol.questionnaires:
        yield ("questionnaires", key, "label"), key
        yield ("questionnaires", key, "category"), key
    for key in protocol.endpoints:
        yield ("endpoints", key, "code"), key


def _arms(protocol: Protocol) -> Derived:
    for key in protocol.arms:
        yield ("arms", key, "code"), key
    for key, at, drug in (
        (k, n, r.drug) for k, a in protocol.arms.items() for n, r in enumerate(a.give)
    ):
        within = [
            v.laboratory_within
            for v in protocol.visits.values()
            if v.drug == drug and v.is_for(key)
        ]
        for one in within:
            if one is not None:
                yield ("arms", key, "give", at, "measured within"), str(one)


def _allocation(protocol: Protocol) -> Derived:
    plan = protocol.allocation
    written = "ratio" in plan.model_fields_set
    if plan.method in ("permuted blocks", "block urn"):
        total = sum(plan.ratios) if written else len(protocol.arms)
        yield ("allocation", "blocks"), [2 * total]
    if plan.method == "biased coin":
        yield ("allocation", "probability"), "2/3"
    if plan.method == "big stick":
        yield ("allocation", "limit"), 3
    if protocol.allocation.method == "minimization":
        weights = dict.fromkeys(protocol.allocation.strata, 1.0)
        settings = {"probability": 0.8, "measure": "range", "weights": weights}
        yield ("allocation", "minimization"), settings
        if protocol.allocation.minimization is not None:
            yield ("allocation", "minimization", "weights"), weights


def _dates(protocol: Protocol) -> Derived:
    origin = protocol.safety.emergent_from
    yield ("dates", "adverse event"), f"first, not before {origin}"


_BETTER = {
    "time to event": "longer",
    "proportion": "higher",
    "continuous": "higher",
    "count": "lower",
    "questionnaire": "higher",
}


def _endpoints(protocol: Protocol) -> Derived:
    for key, endpoint in protocol.endpoints.items():
        yield ("endpoints", key, "better"), _better_score(protocol, endpoint)
        for at, source in enumerate(endpoint.censor):
            said = source.says or source.name
            yield ("endpoints", key, "censor", at, "date says"), said
        if endpoint.recist is not None:
            for option, value in _recist(protocol, endpoint.recist):
                yield ("endpoints", key, "recist", *option), value


def _recist(protocol: Protocol, options: RecistOptions) -> Derived:
    """What another endpoint of the same reader says, or else the criteria."""
    shared = [e.recist for e in protocol.endpoints.values() if e.recist is not None]
    mine = options.reader or "investigator"
    shared = [o for o in shared if (o.reader or "investigator") == mine]

    def said(name: str, default: str) -> str:
        return next((str(v) for o in shared if (v := getattr(o, name)) is not None), default)

    if options.confirm:
        yield ("confirm after",), said("confirm_after", str(CONFIRM_AFTER))
    minimum = said("minimum_sd", str(MINIMUM_SD))
    yield ("minimum sd",), minimum
    yield ("benefit",), said("benefit", minimum)
    if options.version == "iRECIST":
        yield ("confirm progression",), said("confirm_progression", str(CONFIRM_PROGRESSION))


def _better_score(protocol: Protocol, endpoint: Endpoint) -> str:
    """What a questionnaire's manual says of a scale, or else what the type of endpoint suggests."""
    plan = protocol.questionnaires.get(endpoint.scale or "")
    if plan is not None and plan.scored_by is not None:
        scales = questionnaire(plan.scored_by).scales
        found = [s.high_is_good for s in scales if s.code == endpoint.parameter]
        if found:
            return "higher" if found[0] else "lower"
    return _BETTER[endpoint.type]


def _estimands(protocol: Protocol) -> Derived:
    strata = list(protocol.allocation.strata)
    control = [k for k, arm in protocol.arms.items() if arm.role == "control"]
    compare = [*protocol.experimental, *control]
    for key, estimand in protocol.estimands.items():
        endpoint = protocol.endpoints.get(estimand.endpoint)
        yield ("estimands", key, "label"), endpoint.label if endpoint else key
        yield ("estimands", key, "compare"), compare
        words = (estimand.test or "", *estimand.estimator)
        if estimand.strata is None and any("stratified" in word for word in words):
            yield ("estimands", key, "strata"), strata
        if endpoint is not None and endpoint.type == "time to event":
            yield ("estimands", key, "interval"), "log-log"


def _report(protocol: Protocol) -> Derived:
    yield ("report", "title"), protocol.trial.title
    for at, line in enumerate(protocol.report.baseline):
        yield ("report", "baseline", at, "label"), line.variable


def _assumed(protocol: Protocol, key: str, per_arm: dict[str, Any]) -> dict[str, Any]:
    """Assumed values with their short forms written out."""
    endpoint = protocol.endpoints.get(key)
    if endpoint is None:
        return per_arm
    write: Callable[[Any], Any] = _hazard if endpoint.type == "time to event" else _figure
    return {arm: write(value) for arm, value in per_arm.items()}


def _hazard(value: Any) -> Any:
    try:
        return Hazard.model_validate(value).model_dump(mode="json", by_alias=True)
    except ValueError:
        return value


def _figure(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _figure(v) for k, v in value.items()}
    try:
        return parse_number(str(value))
    except ValueError:
        return value
