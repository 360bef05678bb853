"""What the looks taken so far decide: each hypothesis against its boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.analysis.monitored import observed_z
from equipoise.analysis.results import Row
from equipoise.design.model import Design
from equipoise.design.monitor.model import MonitoredHypothesis, Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan
from equipoise.errors import EquipoiseError, InputError, ProtocolError
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.meaning.looks import Look
from equipoise.protocol import Protocol

BOUNDARY = "group-sequential boundary"


def decisions(data: ADaM) -> Iterator[Row]:
    """Information, bound and decision of every hypothesis that has a look at this cut-off.

    Earlier looks of a hypothesis are analyzed again at their own cut-off. A hypothesis that cannot
    be decided has a row that says why: no test, no statistic to hold against a boundary, no plan.
    Source   Jennison & Turnbull 2000, chapter 7; `design.monitor`.
    Checked  tests/unit/analysis/test_adjusted.py; tests/twins/test_roads.py
    """
    asked = {h.name: h for h in hypotheses(data.protocol)}
    found = judged(data)
    for one in found.monitored:
        told, now = found.told[one.name], found.now.get(one.name)
        yield from _sequential(asked[one.name], one)
        if now:
            yield from _rows(asked[one.name], one, now[-1], adds=told[-1].look == now[-1])
    for name, reason in found.why.items():
        if name in found.now:
            yield _row(asked[name], "decision", None, reason)


class LooksJudged(NamedTuple):
    """Hypotheses held against their boundaries at a cut-off.

    now : hypothesis -> its looks up to the one that is taken now
    told : hypothesis -> what was seen at the looks that count; why : why another is not judged
    """

    now: Mapping[str, list[str]]
    monitored: tuple[MonitoredHypothesis, ...]
    told: Mapping[str, list[Seen]]
    why: Mapping[str, str]


def judged(data: ADaM) -> LooksJudged:
    """Each hypothesis that has a look at this cut-off, or where alpha is shared had one before."""
    now = looks_now(data)
    if not now:
        return LooksJudged({}, (), {}, {})
    asked = {h.name: h for h in hypotheses(data.protocol)}
    seen, why = _all_seen(data, asked, {**looks_before(data), **now})
    monitored, told, unplanned = _judged(data.protocol, seen)
    return LooksJudged(now, monitored, told, {**unplanned, **why})


def _judged(
    protocol: Protocol, seen: Mapping[str, list[Seen]]
) -> tuple[tuple[MonitoredHypothesis, ...], dict[str, list[Seen]], dict[str, str]]:
    """What `monitor` says, the looks it was told of, and why it has no bound for the others."""
    try:
        design = _planned(protocol)
        why = {name: f"no boundary: {reason}" for name, reason in design.not_planned}
        planned = {name: looks for name, looks in seen.items() if name not in why}
        told = {name: _rising(looks) for name, looks in planned.items()}
        passed = {name: _passed_over(looks, told[name]) for name, looks in planned.items()}
        return monitor(design, told, not_performed=passed).hypotheses, told, why
    except (InputError, ProtocolError) as problem:
        return (), {}, {name: f"no boundary: {_in_a_line(problem)}" for name in seen}


@lru_cache(maxsize=8)  # a study of many virtual trials asks at every one
def _planned(protocol: Protocol) -> Design:
    return plan(protocol)


def _all_seen(
    data: ADaM, asked: Mapping[str, Hypothesis], taken: Mapping[str, list[str]]
) -> tuple[dict[str, list[Seen]], dict[str, str]]:
    """What was seen of each hypothesis at its looks, or why there is nothing to decide by."""
    observed, why = {}, {}
    for name, looks in taken.items():
        try:
            observed[name] = [_seen(data, asked[name], look) for look in looks]
        except InputError as problem:
            why[name] = f"no decision: {_in_a_line(problem)}"
    return observed, why


def _in_a_line(problem: EquipoiseError) -> str:
    return "; ".join(line.strip() for line in str(problem).splitlines())


def looks_now(data: ADaM) -> dict[str, list[str]]:
    """Hypothesis -> its looks up to the one that is taken now; those without one are left out."""
    study, found = Study.holding(data), {}
    for h in hypotheses(data.protocol):
        now = [k for k, look in enumerate(h.looks) if _is_now(data, study, look)]
        if now:
            found[h.name] = [look.name for look in h.looks[: now[0] + 1]]
    return found


def _is_now(data: ADaM, study: Study | None, look: Look) -> bool:
    """Whether a look is the present one, or comes with it and need not wait for one before it."""
    if data.look == look.label:
        return True
    return data.look == look.comes_with and (study is None or _taken(data, study, look))


def looks_before(data: ADaM) -> dict[str, list[str]]:
    """Hypothesis -> its looks, where all that were taken came by the day of the present one.

    Only where alpha is shared, and as far as the data as collected tell when the looks were.
    """
    study = Study.holding(data)
    if data.protocol.design.multiplicity == "none" or study is None:
        return {}
    now = looks_now(data)
    found: dict[str, list[str]] = {}
    for h in hypotheses(data.protocol):
        names = [look.name for look in h.looks if h.name not in now and _taken(data, study, look)]
        found |= {h.name: names} if names else {}
    return found


def _taken(data: ADaM, study: Study, look: Look) -> bool:
    """Whether a look has its cut-off by the present one; those of one day are decided together."""
    try:
        date = study.date(look.label)
    except InputError:  # not yet as many events as it waits for
        return False
    return data.date is None or (date is not None and date <= data.date)


def _rising(seen: list[Seen]) -> list[Seen]:
    """Without the looks that add nothing to those before: they decide nothing."""
    return [s for k, s in enumerate(seen) if s.amount > max((0, *(b.amount for b in seen[:k])))]


def _passed_over(seen: list[Seen], told: list[Seen]) -> list[str]:
    """Those left out before the last that counts."""
    upto = seen.index(told[-1]) if told else 0
    return [s.look for s in seen[:upto] if s not in told]


def _seen(data: ADaM, h: Hypothesis, look: str) -> Seen:
    """Events or subjects, and Z, of a look; Z is large in favor of the experimental arm."""
    found = observed_z(data_at(data, h, look), h)
    return Seen(look, found.amount, found.z)


def data_at(data: ADaM, h: Hypothesis, look: str) -> ADaM:
    """The data as they were at a look of a hypothesis, this one or an earlier.

    Raises   InputError if an earlier one is asked for and the data as collected are not there.
    """
    planned = h.look(look)
    if data.look in (planned.label, planned.comes_with):
        return data
    study = Study.holding(data)
    if study is None:
        raise InputError(
            f'the data of "{planned.label}" are needed too; give the data as collected'
        )
    return study.adam(planned.label)


def _rows(h: Hypothesis, one: MonitoredHypothesis, now: str, *, adds: bool) -> Iterator[Row]:
    """What is found now; where a look before decides, what was found then.

    adds : whether there is more information now than there was before
    """
    then = "" if one.look == now else f"at {one.look}"
    for statistic, value in (
        ("information", one.information),
        ("bound z", one.bound),
        ("bound p, one-sided", one.bound_p),
        ("observed z", one.z),
        ("observed p, one-sided", one.p),
        ("repeated p, one-sided", one.repeated_p),
    ):
        yield _row(h, statistic, value, then)
    if not then:
        yield from outlook(h, one)
    waits = f", waits for {', '.join(one.waits_for)}" if one.waits_for else ""
    yield _row(h, "decision", None, f"{_decided(h, one, now, adds=adds)}{waits}")


def _decided(h: Hypothesis, one: MonitoredHypothesis, now: str, *, adds: bool) -> str:
    """The decision in words; what waits for others cannot stop for efficacy."""
    goes_on = "stop for futility" if now == h.looks[-1].name else "continue"
    if one.waits_for and one.decision == "stop for efficacy":
        return goes_on
    if one.decision != "continue":
        return one.decision if one.look == now else f"{one.decision}, at {one.look}"
    return goes_on if adds else f"{goes_on}, no more {h.unit} than at {one.look}"


def outlook(h: Hypothesis, one: MonitoredHypothesis) -> Iterator[Row]:
    """The futility bound and the power that is left, at a look that is not the last."""
    if one.futility_bound is not None:
        kind = "binding" if one.bounds.binding else "non-binding"
        yield _row(h, "futility bound z", one.futility_bound, kind)
    for under, power in (one.conditional_power or {}).items():
        yield _row(h, f"conditional power, {under}", power)
    if one.predictive_power is not None:
        yield _row(h, "predictive power", one.predictive_power)


def _sequential(h: Hypothesis, one: MonitoredHypothesis) -> Iterator[Row]:
    """The P value with which a hypothesis enters a graph; none where futility binds."""
    if one.sequential_p is not None:
        yield _row(h, "sequential p, one-sided", one.sequential_p)


def _row(h: Hypothesis, statistic: str, value: float | None, note: str = "") -> Row:
    population = h.estimand.population if h.estimand else ""
    key = h.key or h.name
    return Row(key, BOUNDARY, population, statistic, value, note=note, extension=h.extension)
