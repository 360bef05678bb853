"""What the looks taken so far decide: each hypothesis against its boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.looks import cut_at, look_names
from equipoise.adam.model import ADaM
from equipoise.analysis.methods import method_named, samples
from equipoise.analysis.results import Row, frame
from equipoise.design.monitor import monitor
from equipoise.design.monitored import Monitored, Seen
from equipoise.design.plan import plan
from equipoise.errors import InputError
from equipoise.protocol import Protocol

METHOD = "group-sequential boundary"


def decisions(data: ADaM) -> Iterator[Row]:
    """Information, bound and decision of every hypothesis that has a look at this cut-off.

    Earlier looks of a hypothesis are analyzed again at their own cut-off.
    Nothing is said of a protocol whose design cannot be planned (no assumptions, no power).
    Source   Jennison & Turnbull 2000, chapter 7; `design.monitor`.
    Checked  tests/unit/analysis/test_decisions.py
    """
    protocol = data.protocol
    wanted = {h: looks for h, looks in _here(protocol, data.look).items() if looks}
    if not wanted or not protocol.assume.endpoints:
        return
    observed: dict[str, list[Seen]] = {}
    for hypothesis, looks in wanted.items():
        key = _estimand(protocol, hypothesis)
        if key is not None and protocol.estimands[key].test is not None:
            seen = [_seen(data, key, hypothesis, name) for name in looks]
            observed |= {hypothesis: taken} if (taken := [s for s in seen if s]) else {}
    try:
        found = monitor(plan(protocol), observed)
    except InputError as problem:
        for hypothesis in observed:
            key = _estimand(protocol, hypothesis) or hypothesis
            yield _row(data, key, "decision", None, f"no boundary: {problem}")
        return
    for one in found.hypotheses:
        yield from _rows(data, _estimand(protocol, one.name) or one.name, one)


def _here(protocol: Protocol, look: str) -> Mapping[str, list[str]]:
    """Hypothesis -> its looks up to the one that is taken now; none if it has none now."""
    names = look_names(protocol)
    found: dict[str, list[str]] = {}
    for hypothesis, design in protocol.design.hypotheses.items():
        own = list(design.looks)
        now = [n for n in own if f"{hypothesis} {n}" == look or design.looks[n].with_ == look]
        if now and look in names:
            found[hypothesis] = own[: own.index(now[0]) + 1]
    return found


def _estimand(protocol: Protocol, hypothesis: str) -> str | None:
    """The estimand that a hypothesis is about: the one it names, or the first of its endpoint."""
    named = protocol.design.hypotheses[hypothesis].estimand
    if named is not None:
        return named
    if hypothesis in protocol.estimands:
        return hypothesis
    return next((k for k, e in protocol.estimands.items() if e.endpoint == hypothesis), None)


def _seen(data: ADaM, key: str, hypothesis: str, look: str) -> Seen | None:
    """Events and Z of a look; Z is large in favor of the experimental arm."""
    plan_ = data.protocol.design.hypotheses[hypothesis].looks[look]
    now = data.look in (f"{hypothesis} {look}", plan_.with_)
    at = data if now else _earlier(data, f"{hypothesis} {look}")
    sample = next(iter(samples(at, key)))
    rows = frame(method_named(at.protocol.estimands[key].test or "")(sample))
    z = rows.filter(pl.col("statistic") == "z")
    if z.height != 1 or z["value"][0] is None or sample.event is None:
        return None
    return Seen(look, float(sample.event.sum()), -float(z["value"][0]))


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


def _row(data: ADaM, key: str, statistic: str, value: float | None, note: str = "") -> Row:
    population = data.protocol.estimands[key].population if key in data.protocol.estimands else ""
    return Row(key, METHOD, population, statistic, value, note=note)
