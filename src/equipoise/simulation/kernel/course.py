"""What a protocol and a truth make of scans and intercurrent events, as arrays for the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.adam.time.handling import Handling, counted_until, handling, missed_before
from equipoise.errors import InputError
from equipoise.kernels.trials import scans
from equipoise.kernels.trials.scans import EndpointCourse
from equipoise.patients.visit_plans import plan_within, scan_visit, usual_window, visit_purpose
from equipoise.patients.world import (
    DEATH,
    LATER_THERAPY,
    PROGRESSION,
    THERAPY_AFTER,
    THERAPY_MEAN,
    Setting,
)
from equipoise.protocol import Protocol
from equipoise.protocol.language.sources import named_source
from equipoise.protocol.model import DateSource, Endpoint, Estimand

THERAPY = "new anticancer therapy"
STOPPED = "treatment stopped"
LAST_DAY = (DEATH, "lost to follow-up", "withdrawal of consent")
"""What ends a virtual patient's observation by itself: nothing is seen after it anyway."""


class Asked(NamedTuple):
    """One endpoint as one estimand handles it.

    processes : the true times that make it, of `Cohort.day`; progression first
    """

    estimand: Estimand
    endpoint: Endpoint
    rules: Handling
    processes: tuple[int, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """What counts as an event, intercurrent events among them."""
        return tuple(s.name for s in (*self.endpoint.event, *self.rules.composite))


def asked_of(protocol: Protocol, where: Setting, estimand: Estimand) -> Asked:
    """An estimand of a time to event, made ready.

    Raises   InputError if the truth says nothing about its endpoint, or an intercurrent event needs
             more than arrays.
    """
    endpoint = protocol.endpoints[estimand.endpoint]
    rules = handling(estimand, endpoint, protocol)
    _refused(where, estimand, endpoint, rules)
    composite = [s.name for s in rules.composite]
    return Asked(
        estimand, endpoint, rules, _processes(where, estimand.endpoint, endpoint, composite)
    )


def _processes(
    where: Setting, name: str, endpoint: Endpoint, composite: list[str]
) -> tuple[int, ...]:
    """The true times that make an endpoint: its own, or those its event sources name."""
    if name in where.endpoints:
        return (where.endpoints.index(name),)
    sources = [*(source.name for source in endpoint.event), *composite]
    found = sorted(
        {where.endpoints.index(s) for s in sources if s in where.endpoints},
        key=lambda k: (where.endpoints[k] != PROGRESSION, k),
    )
    if not found or len(found) > 2:
        raise InputError(
            f'truth "{where.name}": nothing is said about {name}; expected a time for {name}'
            f" or for its events ({', '.join(sources) or 'none'})"
        )
    return tuple(found)


def _refused(where: Setting, estimand: Estimand, endpoint: Endpoint, rules: Handling) -> None:
    """Say so where an event depends on doses or on other records than those of scans."""
    ends = [s for s in rules.ending if not _is_one_of(s, (THERAPY, *LAST_DAY))]
    counts = [s for s in rules.composite if not _is_one_of(s, (THERAPY, DEATH))]
    told = {*where.endpoints, estimand.endpoint}
    counts += [
        s for s in endpoint.event if s.name in (STOPPED, *LAST_DAY[1:]) and s.name not in told
    ]
    for source in (*ends, *counts):
        raise InputError(
            f'estimand for {estimand.endpoint}: cannot simulate "{source.name}" by arrays, which '
            f"hold no doses and no records of their own; expected `treatment policy` for it, or "
            f"ask the object road (`equipoise run`, then `equipoise build`)"
        )


def _is_one_of(source: DateSource, names: tuple[str, ...]) -> bool:
    """Whether a source finds what one of these built-in ones does."""
    if source.name not in names:
        return False
    known = DateSource.model_validate(named_source(source.name))
    return all(
        getattr(source, part) == getattr(known, part) for part in ("from_", "where", "date", "pick")
    )


def course_of(
    protocol: Protocol, where: Setting, asked: Sequence[Asked | None], *, read_at_visits: bool
) -> EndpointCourse:
    """The course of the endpoints asked about; None stands for a response."""
    key = scan_visit(protocol)
    if key is None:
        return scans.BY_PLAN
    planned = _scans(protocol, where, key)
    rows = [
        _row(protocol, where, planned, one, read_at_visits=read_at_visits)
        if one
        else _Row(int(read_at_visits), 0, scans.NONE, scans.IGNORED)
        for one in asked
    ]
    if not any(row.matters for row in rows):
        return scans.BY_PLAN
    at_scans, dies, gap_of, therapy = (np.array(c, dtype=np.int64) for c in zip(*rows))
    gaps = [_counted_until(protocol, where, one, row) for one, row in zip(asked, rows)]
    return EndpointCourse(
        np.array([row.matters for row in rows], dtype=np.int64),
        at_scans,
        dies,
        np.array(gaps),
        gap_of,
        therapy,
        _index(where, PROGRESSION),
        _index(where, DEATH),
        planned,
        scans.Therapy(
            float(where.truth.new_therapy_after_progression),
            THERAPY_AFTER,
            THERAPY_MEAN,
            np.uint64(streams.purpose_id(LATER_THERAPY)),
            where.days,
        ),
    )


class _Row(NamedTuple):
    at_scans: int
    dies: int
    gap_of: int
    therapy: int

    @property
    def matters(self) -> bool:
        return self != _NOTHING


_NOTHING = _Row(0, 0, scans.NONE, scans.IGNORED)


def _row(
    protocol: Protocol,
    where: Setting,
    planned: scans.PlannedScans,
    one: Asked,
    *,
    read_at_visits: bool,
) -> _Row:
    seen = seen_at_scans(protocol, where, one) and read_at_visits
    is_progression = PROGRESSION in one.events
    gap_of = _gap_of(one) if seen and one.rules.missed is not None else scans.NONE
    dies = is_progression and DEATH in where.endpoints and DEATH not in one.events
    therapy = scans.IGNORED
    # Therapy follows the scan that shows progression, so it changes nothing where that is an event.
    if not is_progression and (where.truth.new_therapy_after_progression or where.truth.crossover):
        if THERAPY in one.events:
            therapy = scans.IS_EVENT
        elif any(s.name == THERAPY for s in one.rules.ending):
            therapy = scans.CENSORS
    off_plan = planned.window > 0 or planned.missed > 0 or PROGRESSION not in where.endpoints
    at_scans = seen and (off_plan or dies or gap_of != scans.NONE)
    return _Row(int(at_scans), int(dies), gap_of, therapy)


def _counted_until(
    protocol: Protocol, where: Setting, one: Asked | None, row: _Row
) -> NDArray[np.int64]:
    days = where.world.tables.days
    if one is None or one.rules.missed is None or row.gap_of == scans.NONE:
        return np.zeros(days + 2, dtype=np.int64)
    return counted_until(one.rules.missed, one.endpoint, protocol, days=days)


def seen_at_scans(protocol: Protocol, where: Setting, one: Asked) -> bool:
    """Whether progression is an event, and found by the scans of the schedule."""
    own = one.estimand.endpoint in where.endpoints
    return PROGRESSION in one.events and not own and scan_visit(protocol) is not None


def _gap_of(one: Asked) -> int:
    """Which event a gap takes away, by the name of the intercurrent event."""
    assert one.rules.missed is not None
    kind = missed_before(one.rules.missed)
    if kind is None:
        return scans.ANY
    if kind not in {s.name for s in one.endpoint.event}:
        raise InputError(f'"{one.rules.missed.name}": {one.endpoint.label} has no event "{kind}"')
    return scans.FIRST if kind == PROGRESSION else scans.SECOND


def _index(where: Setting, name: str) -> int:
    return where.endpoints.index(name) if name in where.endpoints else scans.NONE


def _scans(protocol: Protocol, where: Setting, key: str) -> scans.PlannedScans:
    days = where.world.tables.days
    plan = plan_within(protocol, key, horizon=days)
    window = usual_window(plan.window)
    if np.any(np.diff(plan.day) <= 2 * window):
        raise InputError(
            f"visits.{key}: scans within {window} days of their plan may fall on one day; "
            "expected an interval of more than two windows"
        )
    return scans.scans(
        [int(d) for d in plan.day],
        days=days,
        window=window,
        missed=float(where.truth.scans_missed),
        purpose=np.uint64(streams.purpose_id(visit_purpose(key))),
    )
