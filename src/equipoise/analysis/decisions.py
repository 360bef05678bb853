"""What the looks taken so far decide: each hypothesis against its boundary."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at, look_date, look_names
from equipoise.analysis.methods import method_named, samples
from equipoise.analysis.results import Row, frame
from equipoise.design.bounds.inference import sequential_p
from equipoise.design.monitor.model import Monitored, Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError
from equipoise.protocol import Protocol

METHOD = "group-sequential boundary"


def decisions(data: ADaM) -> Iterator[Row]:
    """Information, bound and decision of every hypothesis that has a look at this cut-off.

    Earlier looks of a hypothesis are analyzed again at their own cut-off.
    Nothing is said of a protocol whose design cannot be planned (no assumptions, no power).
    Source   Jennison & Turnbull 2000, chapter 7; `design.monitor.monitor`.
    Checked  tests/unit/analysis/test_adjusted.py; tests/twins/test_roads.py
    """
    protocol = data.protocol
    now = looks_now(protocol, data.look)
    if not now or not protocol.assume.endpoints:
        return
    observed: dict[str, list[Seen]] = {}
    for hypothesis, looks in {**looks_before(data), **now}.items():
        key = estimand_of(protocol, hypothesis)
        if key is not None and protocol.estimands[key].test is not None:
            seen = [_seen(data, key, hypothesis, name) for name in looks]
            observed |= {hypothesis: taken} if (taken := [s for s in seen if s]) else {}
    try:
        found = monitor(plan(protocol), observed)
    except InputError as problem:
        for hypothesis in now:
            key = estimand_of(protocol, hypothesis) or hypothesis
            yield _row(data, key, "decision", None, f"no boundary: {problem}")
        return
    for one in found.hypotheses:
        key = estimand_of(protocol, one.name) or one.name
        yield from _sequential(data, key, one, observed[one.name])
        if one.name in now:
            yield from _rows(data, key, one)


def looks_now(protocol: Protocol, look: str) -> dict[str, list[str]]:
    """Hypothesis -> its looks up to the one that is taken now; those without one are left out."""
    names = look_names(protocol)
    found: dict[str, list[str]] = {}
    for hypothesis, design in protocol.design.hypotheses.items():
        own = list(design.looks)
        now = [n for n in own if f"{hypothesis} {n}" == look or design.looks[n].with_ == look]
        if now and look in names:
            found[hypothesis] = own[: own.index(now[0]) + 1]
    return found


def looks_before(data: ADaM) -> dict[str, list[str]]:
    """Hypothesis -> its looks, where all that were taken came before the one that is taken now.

    Only where alpha is shared, and as far as the data as collected tell when the looks were.
    """
    protocol, collected = data.protocol, data.snapshot.collected
    if protocol.design.multiplicity == "none" or collected is None:
        return {}
    now = looks_now(protocol, data.look)
    found: dict[str, list[str]] = {}
    for hypothesis, design in protocol.design.hypotheses.items():
        names = [n for n in design.looks if hypothesis not in now and _taken(data, hypothesis, n)]
        found |= {hypothesis: names} if names else {}
    return found


def _taken(data: ADaM, hypothesis: str, look: str) -> bool:
    """Whether a look had its cut-off before the present one."""
    assert data.snapshot.collected is not None
    try:
        date = look_date(data.snapshot.collected, data.protocol, f"{hypothesis} {look}")
    except InputError:  # not yet as many events as it waits for
        return False
    return date is not None and (data.date is None or date < data.date)


def estimand_of(protocol: Protocol, hypothesis: str) -> str | None:
    """The estimand that a hypothesis is about: the one it names, or the first of its endpoint."""
    named = protocol.design.hypotheses[hypothesis].estimand
    if named is not None:
        return named
    if hypothesis in protocol.estimands:
        return hypothesis
    return next((k for k, e in protocol.estimands.items() if e.endpoint == hypothesis), None)


def _seen(data: ADaM, key: str, hypothesis: str, look: str) -> Seen | None:
    """Events and Z of a look; Z is large in favor of the experimental arm."""
    at = data_at(data, hypothesis, look)
    sample = next(iter(samples(at, key)))
    rows = frame(method_named(at.protocol.estimands[key].test or "")(sample))
    z = rows.filter(pl.col("statistic") == "z")
    if z.height != 1 or z["value"][0] is None or sample.event is None:
        return None
    return Seen(look, float(sample.event.sum()), -float(z["value"][0]))


def data_at(data: ADaM, hypothesis: str, look: str) -> ADaM:
    """The data as they were at a look of a hypothesis, this one or an earlier.

    Raises   InputError if an earlier one is asked for and the data as collected are not there.
    """
    planned = data.protocol.design.hypotheses[hypothesis].looks[look]
    name = f"{hypothesis} {look}"
    return data if data.look in (name, planned.with_) else _earlier(data, name)


def _earlier(data: ADaM, look: str) -> ADaM:
    collected = data.snapshot.collected
    if collected is None:
        raise InputError(f'the data of "{look}" are needed too; give the data as collected')
    return derive(cut_at(collected, look=look, protocol=data.protocol), protocol=data.protocol)


def _rows(data: ADaM, key: str, one: Monitored) -> Iterator[Row]:
    for statistic, value in (
        ("information", one.information),
        ("bound z", one.bound),
        ("bound p, one-sided", one.bound_p),
        ("observed z", one.z),
        ("observed p, one-sided", one.p),
        ("repeated p, one-sided", one.repeated_p),
    ):
        yield _row(data, key, statistic, value)
    waits = f", waits for {', '.join(one.waits_for)}" if one.waits_for else ""
    yield _row(data, key, "decision", None, f"{one.decision}{waits}")


def _sequential(data: ADaM, key: str, one: Monitored, seen: list[Seen]) -> Iterator[Row]:
    """The P value with which a hypothesis enters a graph; none where futility binds."""
    if not one.bounds.binding:
        p = sequential_p(one.bounds, [s.z for s in seen])
        yield _row(data, key, "sequential p, one-sided", p)


def _row(data: ADaM, key: str, statistic: str, value: float | None, note: str = "") -> Row:
    population = data.protocol.estimands[key].population if key in data.protocol.estimands else ""
    return Row(key, METHOD, population, statistic, value, note=note)
