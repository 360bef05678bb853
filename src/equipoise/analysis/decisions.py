"""What the looks taken so far decide: each hypothesis against its boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.analysis.monitored import observed_z
from equipoise.analysis.results import Row
from equipoise.design.bounds.inference import sequential_p
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
    now = looks_now(data.protocol, data.look)
    if not now:
        return
    asked = {h.name: h for h in hypotheses(data.protocol)}
    taken = {**looks_before(data), **now}
    observed, why = _all_seen(data, asked, taken)
    try:
        design = plan(data.protocol)
        why = {name: f"no boundary: {reason}" for name, reason in design.not_planned} | why
        observed = {name: seen for name, seen in observed.items() if name not in why}
        found = monitor(design, observed).hypotheses
    except (InputError, ProtocolError) as problem:
        why |= {name: f"no boundary: {_in_a_line(problem)}" for name in observed}
        found = ()
    for one in found:
        yield from _sequential(asked[one.name], one, observed[one.name])
        if one.name in now:
            yield from _rows(asked[one.name], one)
    for name in now:
        if name in why:
            yield _row(asked[name], "decision", None, why[name])


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


def looks_now(protocol: Protocol, label: str) -> dict[str, list[str]]:
    """Hypothesis -> its looks up to the one that is taken now; those without one are left out."""
    found: dict[str, list[str]] = {}
    for h in hypotheses(protocol):
        now = [k for k, look in enumerate(h.looks) if label in (look.label, look.comes_with)]
        if now:
            found[h.name] = [look.name for look in h.looks[: now[0] + 1]]
    return found


def looks_before(data: ADaM) -> dict[str, list[str]]:
    """Hypothesis -> its looks, where all that were taken came before the one that is taken now.

    Only where alpha is shared, and as far as the data as collected tell when the looks were.
    """
    study = Study.holding(data)
    if data.protocol.design.multiplicity == "none" or study is None:
        return {}
    now = looks_now(data.protocol, data.look)
    found: dict[str, list[str]] = {}
    for h in hypotheses(data.protocol):
        names = [look.name for look in h.looks if h.name not in now and _taken(data, study, look)]
        found |= {h.name: names} if names else {}
    return found


def _taken(data: ADaM, study: Study, look: Look) -> bool:
    """Whether a look had its cut-off before the present one."""
    try:
        date = study.date(look.label)
    except InputError:  # not yet as many events as it waits for
        return False
    return date is not None and (data.date is None or date < data.date)


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


def _rows(h: Hypothesis, one: MonitoredHypothesis) -> Iterator[Row]:
    for statistic, value in (
        ("information", one.information),
        ("bound z", one.bound),
        ("bound p, one-sided", one.bound_p),
        ("observed z", one.z),
        ("observed p, one-sided", one.p),
        ("repeated p, one-sided", one.repeated_p),
    ):
        yield _row(h, statistic, value)
    waits = f", waits for {', '.join(one.waits_for)}" if one.waits_for else ""
    yield _row(h, "decision", None, f"{one.decision}{waits}")


def _sequential(h: Hypothesis, one: MonitoredHypothesis, seen: list[Seen]) -> Iterator[Row]:
    """The P value with which a hypothesis enters a graph; none where futility binds."""
    if not one.bounds.binding:
        p = sequential_p(one.bounds, [s.z for s in seen])
        yield _row(h, "sequential p, one-sided", p)


def _row(h: Hypothesis, statistic: str, value: float | None, note: str = "") -> Row:
    population = h.estimand.population if h.estimand else ""
    return Row(h.key or h.name, BOUNDARY, population, statistic, value, note=note)
