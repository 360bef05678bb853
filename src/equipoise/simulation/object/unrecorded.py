"""Published figures of one virtual trial without its records: what thousands of trials need.

Patients, scans and tumors are those of the object road, draw for draw; SDTM and the derivations are
left out. So times of progression, death and response are the same. A figure is `supported` where
nothing that only the records hold can change it: without a contact at the data cut-off, who lives
is censored at the last visit of any kind, and only counts of deaths can be had.

Checked  tests/twins/test_figures.py, against the object road.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.adam.study import look_names
from equipoise.adam.time.intercurrent import counted_until, handling, missed_before
from equipoise.analysis.survival import hazard_ratio, kaplan_meier, logrank
from equipoise.arrays import Bools, Ints
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.errors import InputError
from equipoise.kernels.trials.arrive import cohort
from equipoise.patients.attendance import first_progression, scans
from equipoise.patients.people import NEVER, People, people
from equipoise.patients.tumors import lesions
from equipoise.patients.world import DEATH, PROGRESSION, Setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand, LookPlan, Published
from equipoise.simulation.kernel.course import LAST_DAY, THERAPY
from equipoise.simulation.object.sweep import sweeps

_RESPONSES = ("CR", "PR")
SURVIVAL_FIGURES = ("survival", "median", "median months", "events", "hazard ratio", "p")


@dataclass(frozen=True, slots=True)
class ScannedPatients:
    """What becomes of the n patients of a trial, in study days; NEVER where nothing does.

    entry : trial day of randomization; scan, held : (n, m); response : (n, m), "" where none
    """

    who: People
    stratum: Ints
    entry: Ints
    progressed: Ints
    scan: Ints
    held: Bools
    response: NDArray[np.str_]


def supported(protocol: Protocol, figure: Published) -> bool:
    """Whether a figure can be had without records: progression, death and response.

    Survival itself needs a visit at the data cut-off: then it is known up to there.
    """
    estimand = protocol.estimands.get(figure.estimand)
    if estimand is None:
        return False
    endpoint = protocol.endpoints[estimand.endpoint]
    if endpoint.worse_by is not None:
        return False
    if endpoint.type == "proportion":
        return figure.statistic == "rate" and endpoint.parameter == "BOR"
    named = {source.name for source in endpoint.event}
    if not named <= {PROGRESSION, DEATH} or not _by_scans(protocol, estimand, named):
        return False
    if named == {DEATH} and not sweeps(protocol):
        return figure.statistic == "events"
    return figure.statistic in SURVIVAL_FIGURES


def _by_scans(protocol: Protocol, estimand: Estimand, named: set[str]) -> bool:
    """Whether no intercurrent event asks for more than scans and the last day of observation."""
    rules = handling(estimand, protocol.endpoints[estimand.endpoint], protocol)
    # Therapy follows the scan that shows progression: it changes nothing where that is an event.
    harmless = {THERAPY} if PROGRESSION in named else set()
    ending, composite = ({s.name for s in some} for some in (rules.ending, rules.composite))
    is_known = rules.missed is None or PROGRESSION in named
    return is_known and ending <= {*harmless, *LAST_DAY} and composite <= harmless


def course(protocol: Protocol, where: Setting, *, seed: int, trial: int) -> ScannedPatients:
    """The patients of one trial with their scans."""
    drawn = cohort(where.world, seed=seed, trial=trial)
    who = people(protocol, where, drawn, seed=seed, trial=trial)
    horizon = int(where.days - drawn.entry.min() + 1)
    seen = scans(protocol, who, where.truth, horizon=horizon)
    if seen is None:
        empty = np.zeros((who.size, 0), dtype=np.int64)
        scan, held, response = empty, empty.astype(bool), empty.astype(np.str_)
    else:
        scan, held = seen.day, seen.is_held
        response = lesions(who, where.truth, scan=scan, is_read=held).response
    found = first_progression(who, seen)
    return ScannedPatients(who, drawn.stratum, drawn.entry, found, scan, held, response)


def cut_day(protocol: Protocol, where: Setting, it: ScannedPatients, look: str) -> int:
    """The trial day of a look, by the rules of `adam.study.cut_at`."""
    endpoint, plan = look_names(protocol)[look]
    if plan.with_ is not None:
        return cut_day(protocol, where, it, plan.with_)
    if plan.cutoff is not None:
        return (plan.cutoff - where.start + dt.timedelta(days=1)).days
    if plan.at is not None:
        return int(it.entry.min()) + plan.at.whole_days
    return where.days if plan.end_of_study else _event_day(protocol, it, endpoint, plan)


def _event_day(protocol: Protocol, it: ScannedPatients, hypothesis: str, plan: LookPlan) -> int:
    design = protocol.design.hypotheses[hypothesis]
    estimand = protocol.estimands[design.estimand or hypothesis]
    last = list(design.looks.values())[-1].events
    wanted = plan.events
    if wanted is None and plan.information is not None and last is not None:
        wanted = math.ceil(round(plan.information * last, 9))
    if wanted is None:
        raise InputError(f"{hypothesis}: this look is at neither events nor a date")
    day, _ = _event(protocol, it, estimand)
    on = np.sort((it.entry + day - 1)[day <= it.who.end])
    if len(on) < wanted:
        raise InputError(f"{hypothesis}: {wanted} events are asked for, {len(on)} are seen")
    return int(on[wanted - 1])


def _event(protocol: Protocol, it: ScannedPatients, estimand: Estimand) -> tuple[Ints, Ints]:
    """(n,) day of the first event of an endpoint, NEVER if none; and the last day that counts.

    An event after too many missed scans is lost where the estimand says so.
    """
    endpoint = protocol.endpoints[estimand.endpoint]
    named = {s.name for s in endpoint.event}
    never = np.full(it.who.size, NEVER, dtype=np.int64)
    first = it.progressed if PROGRESSION in named else never
    day = np.minimum(first, it.who.death if DEATH in named else never)
    missed = handling(estimand, endpoint, protocol).missed
    if missed is None:
        return day, never
    before = np.where(it.held & (it.scan < day[:, None]), it.scan, 1).max(axis=1, initial=1)
    until = counted_until(missed, endpoint, protocol, days=int(before.max(initial=1)))
    lost = (day != NEVER) & (day > until[before])
    kind = missed_before(missed)
    if kind is not None:
        lost &= (first < it.who.death) == (kind == PROGRESSION)
    return np.where(lost, NEVER, day), np.where(lost, before, NEVER)


def figures(
    protocol: Protocol, where: Setting, wanted: Sequence[Published], *, look: str, seed: int,
    trial: int,
) -> list[float]:  # fmt: skip
    """The value of each wanted figure in one trial; infinity for a median not reached.

    Raises   InputError for a figure that needs the records.
    """
    it = course(protocol, where, seed=seed, trial=trial)
    cut = cut_day(protocol, where, it, look)
    found: dict[str, dict[tuple[str, str, float | None], float]] = {}
    for figure in wanted:
        if not supported(protocol, figure):
            raise InputError(f'"{figure.says}" needs the records of a trial')
        if figure.estimand not in found:
            own = [f for f in wanted if f.estimand == figure.estimand]
            found[figure.estimand] = _of(protocol, it, cut, own)
    return [found[f.estimand].get(_key(f), math.inf) for f in wanted]


def _key(figure: Published) -> tuple[str, str, float | None]:
    return figure.statistic, figure.group or "", figure.at.days if figure.at else None


def _of(
    protocol: Protocol, it: ScannedPatients, cut: int, wanted: Sequence[Published]
) -> dict[tuple[str, str, float | None], float]:
    estimand = protocol.estimands[wanted[0].estimand]
    inside = it.entry <= cut
    end = np.minimum(it.who.end, cut - it.entry + 1)
    if protocol.endpoints[estimand.endpoint].type == "proportion":
        return _rates(protocol, it, inside, end)
    day, last = _event(protocol, it, estimand)
    event = day <= end
    end = np.minimum(end, last)
    time = np.where(event, day, _followed(protocol, it, estimand, end))
    control = list(it.who.arms).index(protocol.control)
    arm = (it.who.arm[inside] != control).astype(np.int64)
    stratum = it.stratum[inside] if (estimand.test or "").startswith("stratified") else None
    found: dict[tuple[str, str, float | None], float] = {}
    t, e = time[inside], event[inside]
    asked = {f.statistic for f in wanted}
    if "hazard ratio" in asked:
        found["hazard ratio", "", None] = hazard_ratio(t, e, arm, stratum=stratum).hr[0]
    if "p" in asked:
        found["p", "", None] = logrank(t, e, arm, stratum).p
    for name in dict.fromkeys(f.group for f in wanted if f.group):
        mine = it.who.arm[inside] == list(it.who.arms).index(name)
        days = {f.at.days for f in wanted if f.at and f.group == name}
        found |= _curve(name, t[mine], e[mine], sorted(days))
    return found


def _followed(protocol: Protocol, it: ScannedPatients, estimand: Estimand, end: Ints) -> Ints:
    """(n,) last day on which an endpoint is known not to have happened."""
    named = {s.name for s in protocol.endpoints[estimand.endpoint].event}
    if PROGRESSION not in named:
        return end
    seen = np.where(it.held & (it.scan <= end[:, None]), it.scan, 1)
    return np.asarray(seen.max(axis=1, initial=1))


def _curve(
    name: str, time: Ints, event: Bools, days: Sequence[float]
) -> dict[tuple[str, str, float | None], float]:
    curve = kaplan_meier(time, event)
    median = curve.median.estimate
    found: dict[tuple[str, str, float | None], float] = {("events", name, None): float(event.sum())}
    if math.isfinite(median):
        found["median", name, None] = median
        found["median months", name, None] = median / DAYS_PER_MONTH
    for when, s in zip(days, curve.at(days).survival if days else []):
        found["survival", name, when] = float(s)
    return found


def _rates(
    protocol: Protocol, it: ScannedPatients, inside: Bools, end: Ints
) -> dict[tuple[str, str, float | None], float]:
    """Best response of those with a scan after baseline."""
    held = it.held & (it.scan <= end[:, None]) & inside[:, None]
    responded: Bools = np.any(held & np.isin(it.response, _RESPONSES), axis=1)
    evaluable: Bools = np.any(held, axis=1)
    found: dict[tuple[str, str, float | None], float] = {}
    for k, name in enumerate(it.who.arms):
        mine = evaluable & (it.who.arm == k)
        if mine.any():
            found["rate", name, None] = float(responded[mine].mean())
    return found
