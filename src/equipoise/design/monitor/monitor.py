"""An interim result against the design: bounds at what was seen, decision, outlook.

Every bound and every inference here uses the information actually observed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from equipoise.design.bounds.inference import least_p, repeated_interval, repeated_p, stagewise
from equipoise.design.bounds.model import Bounds
from equipoise.design.model import Design, HypothesisPlan
from equipoise.design.monitor.conditional import conditional_power, predictive_power, trend
from equipoise.design.monitor.forecast import EventsSeen, forecast
from equipoise.design.monitor.looks_taken import check_looks
from equipoise.design.monitor.model import LookDecision, MonitoredHypothesis, Seen
from equipoise.design.monitor.monitoring import Monitoring
from equipoise.design.monitor.observed_bounds import observed_bounds
from equipoise.design.monitor.scales import z_to_p
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.meaning.expected import WhenExpected
from equipoise.meaning.multiplicity import GraphResult, apply_graph


def monitor(
    design: Design,
    observed: Mapping[str, Sequence[Seen]],
    *,
    not_performed: Mapping[str, Sequence[str]] | None = None,
) -> Monitoring:
    """Bounds, decision and outlook at the looks taken.

    observed : by hypothesis, looks in the order they were taken
    not_performed : by hypothesis, planned looks that were passed over and spent no error
    A hypothesis that waits for another is tested at the level the graph gives it once those named
    here are tested. While it holds no level its planned level is used, and it cannot stop for
    efficacy if all those it waits for are named here and none is rejected.
    Raises   InputError for an unknown hypothesis or look, for a look before the latest that has no
    result and was not said to be passed over, and for looks that do not advance.
    """
    expect(design, Design)
    skipped = {name: tuple(looks) for name, looks in (not_performed or {}).items()}
    _check(design, observed, skipped)
    at = {name: observed_bounds(design[name], seen) for name, seen in observed.items()}
    p = {name: _repeated(at[name], seen) for name, seen in observed.items()}
    graph = _graph(design, p)
    found = []
    for name, seen in observed.items():
        level = _level(design, name, graph)
        b = at[name] if level == at[name].alpha else observed_bounds(design[name], seen, level)
        found_p = p[name] if b is at[name] else _repeated(b, seen)
        one = _monitored(design[name], seen, b, design.sides, found_p)
        one = replace(one, not_performed=skipped.get(name, ()))
        waits = _waits_for(design, name, graph)
        if waits and set(waits) <= set(observed) and one.decision == "stop for efficacy":
            one = replace(one, decision="stop for futility" if one.last else "continue")
        found.append(replace(one, waits_for=waits))
    return Monitoring(design.trial, tuple(found), graph)


def _check(
    design: Design, observed: Mapping[str, Sequence[Seen]], skipped: Mapping[str, Sequence[str]]
) -> None:
    names = [h.name for h in design.hypotheses]
    for name in (*observed, *skipped):
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(f'no hypothesis "{name}"; expected one of {", ".join(names)}{hint}')
        if not observed.get(name):
            raise InputError(f"{name}: no look is given; expected one with its result")
        check_looks(design[name], observed[name], skipped.get(name, ()))


def _repeated(b: Bounds, seen: Sequence[Seen]) -> list[float | None] | None:
    """The repeated P value of each look; None where futility binds."""
    if b.binding:
        return None
    return [repeated_p(b, look=k + 1, z=s.z) for k, s in enumerate(seen)]


def _graph(design: Design, found: Mapping[str, list[float | None] | None]) -> GraphResult | None:
    """The graph at the sequential P values seen; None if alpha is not shared."""
    if design.multiplicity == "none" or len(design.graph.names) < 2:
        return None
    if any(design[name].bounds.binding for name in found):
        raise InputError("alpha is passed on by repeated P values, which need non-binding futility")
    each = [found.get(name) for name in design.graph.names]
    p = [None if some is None else least_p(some) for some in each]
    return apply_graph(design.graph, p, alpha=design.alpha / design.sides)


def _level(design: Design, name: str, graph: GraphResult | None) -> float:
    """Level now held, or with which it was rejected; the planned one if it holds none."""
    if graph is None or name not in design.graph.names:
        return design[name].alpha
    names, before = design.graph.names, design.graph
    i = names.index(name)
    if not graph.rejected[i]:
        return graph.levels[i] if graph.levels[i] > 0.0 else design[name].alpha
    for other in graph.order[: graph.order.index(name)]:
        before = before.without(names.index(other))
    return before.weights[i] * design.alpha / design.sides


def _waits_for(design: Design, name: str, graph: GraphResult | None) -> tuple[str, ...]:
    """Hypotheses from which alpha must first come, if this one holds none and is not rejected."""
    if graph is None or name not in design.graph.names:
        return ()
    i = design.graph.names.index(name)
    if graph.rejected[i] or graph.levels[i] > 0.0:
        return ()
    pairs = zip(design.graph.names, graph.rejected, strict=True)
    return tuple(other for other, rejected in pairs if not rejected and other != name)


def _monitored(
    h: HypothesisPlan, seen: Sequence[Seen], b: Bounds, sides: int, p: list[float | None] | None
) -> MonitoredHypothesis:
    k = _first_stop(b, seen, sides)
    look, s = k + 1, seen[k]
    last = look == len(b.upper)
    decision = _decision(b, k, s.z, sides)
    upper, lower = b.upper[k], b.lower[k]
    interval = repeated_interval(b, look=look, z=s.z)
    effects = (_effect(h, d) for d in interval if d is not None)
    ends = sorted(x for x in effects if x is not None)
    following = None if last else _next(h, s)
    return MonitoredHypothesis(
        name=h.name,
        look=s.look,
        not_performed=(),
        last=last,
        amount=s.amount,
        information=b.information[k],
        level=b.alpha,
        z=s.z,
        p=z_to_p(s.z),
        bound=upper,
        bound_p=None if upper is None else z_to_p(upper),
        futility_bound=None if last else lower,
        decision=decision,
        waits_for=(),
        effect=_effect(h, s.z / b.information[k] ** 0.5),
        repeated_p=None if p is None else p[k],
        repeated_interval=(ends[0], ends[-1]) if ends else (None, None),
        conditional_power=None if last else _conditional(h, b, look, s.z),
        predictive_power=None if last else predictive_power(b, look=look, z=s.z),
        adjusted=None if decision == "continue" else _adjusted(h, b, look, s.z),
        next_look=following,
        forecast=_forecast(h, s, following, decision),
        bounds=b,
        sequential_p=None if p is None else least_p(p),
    )


def _first_stop(b: Bounds, seen: Sequence[Seen], sides: int) -> int:
    """Index of the first look at which the trial stops, or of the latest."""
    for k, s in enumerate(seen):
        if _decision(b, k, s.z, sides) != "continue":
            return k
    return len(seen) - 1


def _decision(b: Bounds, k: int, z: float, sides: int) -> LookDecision:
    """At the last look not rejecting is a stop for futility; a two-sided test can show harm."""
    upper, lower = b.upper[k], b.lower[k]
    last = k + 1 == len(b.upper)
    if upper is not None and z >= upper:
        return "stop for efficacy"
    if sides == 2 and upper is not None and z <= -upper:
        return "stop for harm"
    if last or (lower is not None and z <= lower):
        return "stop for futility"
    return "continue"


def _effect(h: HypothesisPlan, drift: float) -> float | None:
    return None if h.standard_error is None else h.effect_at(drift)


def _conditional(h: HypothesisPlan, b: Bounds, look: int, z: float) -> dict[str, float | None]:
    drifts = {"trend": trend(b, look=look, z=z), "assumed": h.drift, "null": 0.0}
    return {
        name: None if d is None else conditional_power(b, look=look, z=z, drift=d)
        for name, d in drifts.items()
    }


def _adjusted(h: HypothesisPlan, b: Bounds, look: int, z: float) -> dict[str, float | None]:
    """Stage-wise inference; limits have confidence 1 - 2 * level."""
    found = stagewise(b, look=look, z=z)
    limits = [_effect(h, d) for d in found.interval if d is not None]
    known = sorted(x for x in limits if x is not None)
    low, high = known if len(known) == 2 else (None, None)
    return {"p": found.p, "estimate": _effect(h, found.estimate), "lower": low, "upper": high}


def _next(h: HypothesisPlan, s: Seen) -> str | None:
    return next((x.name for x in h.looks if x.amount > s.amount and x.name != s.look), None)


def _forecast(
    h: HypothesisPlan, s: Seen, following: str | None, decision: LookDecision
) -> WhenExpected | None:
    """When the next look is expected, if the day of this one is known."""
    if s.day is None or h.course is None or following is None or decision != "continue":
        return None
    target = next(x.amount for x in h.looks if x.name == following)
    progress = EventsSeen(s.day, int(s.amount), s.control, s.experimental)
    return forecast(h.course, progress, target=target)
