"""When virtual patients come: scans until progression, laboratory, dosing, survival calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from equipoise.arrays import Bools, Ints
from equipoise.conduct.visits import Encounters, dosed_at, on_doses, until_progression
from equipoise.patients.keyed_draws import uniforms
from equipoise.patients.people import NEVER, People, table_of
from equipoise.patients.treatment import GivenDoses, Treatment
from equipoise.patients.visit_plans import plan_within, scan_visit, usual_window, visit_purpose
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import LABORATORY
from equipoise.protocol.model import Regimen, Truth, Visit


class Attended(NamedTuple):
    """One row of the schedule as attended by n patients at m encounters.

    plan : its days (m,), or (n, m) where they are a patient's own
    day : (n, m) study day; is_held : (n, m) whether it took place
    """

    plan: Encounters
    day: Ints
    is_held: Bools


def attend(who: People, plan: Encounters, *, missed: float, last: Ints) -> Attended:
    """Come to the encounters of a plan, each off by some days inside its window.

    Encounter k has the draws 3k, 3k + 1 (day) and 3k + 2 (missed), however many are planned.

    last : (n,) last study day on which anybody comes
    Checked  tests/unit/patients/test_attendance.py; tests/twins/test_roads.py.
    """
    u = uniforms(who.keys, visit_purpose(plan.key), numbers=3 * len(plan.day))
    off = np.rint((u[:, 0::3] + u[:, 1::3] - 1) * usual_window(plan.window)).astype(np.int64)
    # Two weeks or less before randomization the visit may be early, never after it.
    off = np.where(plan.day <= 0, -np.abs(off), off)
    day = plan.day + off
    is_baseline = plan.day <= 1
    is_held = (day <= last[:, None]) & (is_baseline | (u[:, 2::3] >= missed))
    return Attended(plan, day, is_held)


def scans(protocol: Protocol, who: People, truth: Truth, *, horizon: int) -> Attended | None:
    """Scans after baseline, to the first that shows progression; None if the protocol has none."""
    key = scan_visit(protocol)
    if key is None:
        return None
    plan = plan_within(protocol, key, horizon=horizon)
    # A scan on the day of death or after it is not read.
    held = attend(who, plan, missed=truth.scans_missed, last=_last_seen(who))
    held = _of_its_arms(who, protocol.visits[key], held)
    if not until_progression(protocol.visits[key].until):
        return held
    shows = held.is_held & (held.day >= who.progression[:, None])
    shown = np.cumsum(shows, axis=1) - shows > 0
    return held._replace(is_held=np.asarray(held.is_held & ~shown, dtype=np.bool_))


def first_progression(who: People, seen: Attended | None) -> Ints:
    """(n,) study day of the scan that first shows progression, or NEVER."""
    if seen is None:
        return np.full(who.size, NEVER, dtype=np.int64)
    shows = seen.is_held & (seen.day >= who.progression[:, None])
    return np.asarray(np.where(shows, seen.day, NEVER).min(axis=1, initial=NEVER))


def dosing_visits(protocol: Protocol, who: People, treatment: Treatment) -> list[Attended]:
    """Visits for dosing happen on the days of the doses given at that interval."""
    return [
        _on_doses(protocol, key, given)
        for key, visit in protocol.visits.items()
        for given in _doses_at(protocol, visit, treatment)
    ]


def _doses_at(protocol: Protocol, visit: Visit, treatment: Treatment) -> list[GivenDoses]:
    """The doses on whose days a visit for dosing is held."""
    return [
        given
        for given in treatment.given
        if dosed_at(visit, (given.regimen,))
        and given.day.size
        and _is_given_for(protocol, visit, given.regimen)
    ]


def _is_given_for(protocol: Protocol, visit: Visit, regimen: Regimen) -> bool:
    """Whether a regimen is that of an arm which has the visit."""
    arms = protocol.arms.items()
    return any(visit.is_for(key) and any(one is regimen for one in arm.give) for key, arm in arms)


def _of_its_arms(who: People, visit: Visit, one: Attended) -> Attended:
    """Held by patients of the arms that a visit is for."""
    if not visit.for_:
        return one
    has = np.array([visit.is_for(arm) for arm in who.arms])[who.arm]
    return one._replace(is_held=np.asarray(one.is_held & has[:, None], dtype=np.bool_))


def _on_doses(protocol: Protocol, key: str, given: GivenDoses) -> Attended:
    """Planned for the day of the dose, which may be counted from the actual dose before."""
    plan = on_doses(protocol, key, np.arange(1, given.day.shape[1] + 1))._replace(day=given.planned)
    return Attended(plan, np.where(given.day == NEVER, 0, given.day), given.day != NEVER)


def other_visits(
    protocol: Protocol, who: People, truth: Truth, *, treatment: Treatment, horizon: int
) -> list[Attended]:
    """Every visit that is neither a scan after baseline nor on the days of doses."""
    found = []
    scanned = scan_visit(protocol)
    for key, visit in protocol.visits.items():
        if key == scanned or _doses_at(protocol, visit, treatment):
            continue
        plan = plan_within(protocol, key, horizon=horizon)
        last = _last_seen(who)
        if visit.epoch == "treatment":
            # Planned inside the epoch, a visit has its own day, be it after the epoch's end; only
            # a treatment that ends early ends its visits.
            is_early = treatment.ends < treatment.planned_end
            last = np.where(is_early, np.minimum(last, treatment.ends), last)
            plan = _first(plan, int((plan.day <= treatment.planned_end).sum()))
        one = attend(who, plan, missed=_missed(visit, truth), last=last)
        if visit.epoch == "follow up":
            one = one._replace(is_held=one.is_held & (one.day > treatment.ends[:, None]))
        found.append(_of_its_arms(who, visit, one))
    return found


def laboratory_days(protocol: Protocol, who: People, truth: Truth, *, horizon: int) -> Ints:
    """(n, k) study days on which laboratory values are taken, whatever is given; NEVER for none.

    Those of the days of doses are not among them, nor those after the end of treatment.
    """
    days = [np.full((who.size, 0), NEVER, dtype=np.int64)]
    for key, visit in protocol.visits.items():
        is_other = key != scan_visit(protocol) and not _follows_doses(protocol, visit)
        if LABORATORY in visit.do and is_other and visit.epoch != "follow up":
            plan = plan_within(protocol, key, horizon=horizon)
            one = attend(who, plan, missed=_missed(visit, truth), last=_last_seen(who))
            one = _of_its_arms(who, visit, one)
            days.append(np.where(one.is_held, one.day, NEVER))
    return np.concatenate(days, axis=1)


def _follows_doses(protocol: Protocol, visit: Visit) -> bool:
    arms = protocol.arms.items()
    return any(visit.is_for(key) and dosed_at(visit, arm.give) for key, arm in arms)


def _missed(visit: Visit, truth: Truth) -> float:
    return 1.0 - truth.attendance if visit.every is not None else 0.0


def _last_seen(who: People) -> Ints:
    """(n,) the last day on which somebody comes: nobody does on the day of death."""
    return np.asarray(np.where(who.end == who.death, who.end - 1, who.end))


def _first(plan: Encounters, count: int) -> Encounters:
    return plan._replace(day=plan.day[:count], name=plan.name[:count], number=plan.number[:count])


def visit_columns(one: Attended, rows: Ints, columns: Ints) -> dict[str, Any]:
    """The columns `visit`, `number` and `date` of these encounters of these patients."""
    return {
        "visit": pl.Series(list(one.plan.name), dtype=pl.String).gather(pl.Series(columns)),
        "number": one.plan.number[columns],
        "date": one.day[rows, columns],
    }


def visit_table(who: People, attended: list[Attended]) -> pl.DataFrame:
    """The rows of `visits`: which were held, when, and for when they were planned."""
    parts = []
    for one in attended:
        rows, columns = np.nonzero(one.is_held)
        plan = np.broadcast_to(one.plan.day, one.day.shape)[rows, columns]
        parts.append(
            table_of(
                who,
                rows,
                key=one.plan.key,
                **visit_columns(one, rows, columns),
                planned=plan,
                epoch=one.plan.epoch,
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame()
