"""The object road without records: figures of one virtual trial, when thousands are needed.

It is the object road cut short: patients, scans and tumors are the same, by the same code and draw
for draw; SDTM and the derivations are left out. So times of progression, death and response are the
same. A figure is `supported` where
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

from equipoise.adam.time.handling import counted_until, handling, missed_before
from equipoise.analysis.survival import hazard_ratio, kaplan_meier, logrank
from equipoise.arrays import Bools, Ints
from equipoise.calendar import DAYS_PER_MONTH
from equipoise.design.plan.amounts import look_count
from equipoise.errors import InputError
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.trials.arrive import cohort
from equipoise.meaning.hypotheses import (
    Hypothesis,
    comparisons,
    hypotheses,
    is_of_everybody,
)
from equipoise.meaning.looks import Look, held_day, look_labels
from equipoise.meaning.responders import RESPONDED
from equipoise.patients.attendance import first_progression, scans
from equipoise.patients.people import NEVER, People, people
from equipoise.patients.tumors import lesions
from equipoise.patients.world import DEATH, PROGRESSION, Setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand, Published
from equipoise.simulation.object.supported import TESTED, method_of, supported


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


def scanned_patients(
    protocol: Protocol, where: Setting, *, seed: int, trial: int, drawn: Cohort | None = None
) -> ScannedPatients:
    """The patients of one trial with their scans.

    drawn : the cohort, where it is known
    """
    drawn = drawn or cohort(where.world, seed=seed, trial=trial)
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
    """The trial day of a look."""
    for h in hypotheses(protocol):
        for one in h.looks:
            if one.label == look:
                return held_day(one, _TrialDays(protocol, where, it, h, one))
    raise InputError(f'there is no look "{look}"')


def look_dates(
    protocol: Protocol, where: Setting, *, seed: int, trial: int, drawn: Cohort | None = None
) -> dict[str, dt.date]:
    """The cut-off date of each look that one trial comes to, where `looks_supported`.

    drawn : as of `scanned_patients`
    Checked  tests/twins/test_together.py, against the dates that the data tell.
    """
    it = scanned_patients(protocol, where, seed=seed, trial=trial, drawn=drawn)
    found = {}
    for look in look_labels(protocol):
        try:
            day = cut_day(protocol, where, it, look)
        except InputError:
            continue  # too few events: this look is not held
        found[look] = where.start + dt.timedelta(days=day - 1)
    return found


class _TrialDays:
    """Reads triggers as trial days of one virtual trial."""

    def __init__(
        self, protocol: Protocol, where: Setting, it: ScannedPatients, h: Hypothesis, look: Look
    ) -> None:
        self._protocol, self._where, self._it, self._h, self._look = protocol, where, it, h, look

    def events(self, count: int) -> int:
        assert self._h.estimand is not None
        it, arms = self._it, [list(self._it.who.arms).index(arm) for arm in self._h.arms]
        day, _ = _event(self._protocol, it, self._h.estimand)
        seen = (day <= it.who.end) & np.isin(it.who.arm, arms)
        return self._nth((it.entry + day - 1)[seen], count, "events are asked for, {} are seen")

    def subjects(self, count: int, followed: int) -> int:
        entry = self._it.entry
        return followed + self._nth(entry, count, "subjects are asked for, {} are randomized")

    def _nth(self, days: Ints, count: int, message: str) -> int:
        if len(days) < count:
            raise InputError(f"{self._h.name}: {count} {message.format(len(days))}")
        return int(np.sort(days)[count - 1])

    def share(self, share: float) -> int:
        count = look_count(self._protocol, self._h, self._look)
        if self._h.unit == "subjects":
            return self.subjects(count, self._h.followed)
        return self.events(count)

    def after_first(self, days: int) -> int:
        return int(self._it.entry.min()) + days

    def date(self, date: dt.date) -> int:
        return (date - self._where.start).days + 1

    def look(self, label: str) -> int:
        return cut_day(self._protocol, self._where, self._it, label)

    def end_of_study(self) -> int:
        return self._where.days

    def later(self, days: list[int]) -> int:
        return max(days)


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
    it = scanned_patients(protocol, where, seed=seed, trial=trial)
    cut = cut_day(protocol, where, it, look)
    found: dict[str, dict[tuple[str, str, float | None], float]] = {}
    for figure in wanted:
        if not supported(protocol, figure):
            raise InputError(f'"{figure.says}" needs the records of a trial')
        if figure.estimand not in found:
            own = [f for f in wanted if f.estimand == figure.estimand]
            found[figure.estimand] = _of(protocol, it, cut, own)
    return [found[f.estimand].get(_key(f), unseen(f)) for f in wanted]


def _key(figure: Published) -> tuple[str, str, float | None]:
    return figure.statistic, figure.group or "", figure.at.days if figure.at else None


def _of(
    protocol: Protocol, it: ScannedPatients, cut: int, wanted: Sequence[Published]
) -> dict[tuple[str, str, float | None], float]:
    estimand = protocol.estimands[wanted[0].estimand]
    inside = it.entry <= cut
    end = np.minimum(it.who.end, cut - it.entry + 1)
    if protocol.endpoints[estimand.endpoint].type == "proportion":
        return _rates(it, inside, end, is_of_everybody(protocol, estimand))
    day, last = _event(protocol, it, estimand)
    event = day <= end
    end = np.minimum(end, last)
    time = np.where(event, day, _followed(protocol, it, estimand, end))
    found = _compared(protocol, it, estimand, time, event, inside, {f.statistic for f in wanted})
    t, e = time[inside], event[inside]
    for name in dict.fromkeys(f.group for f in wanted if f.group):
        mine = it.who.arm[inside] == list(it.who.arms).index(name)
        days = {f.at.days for f in wanted if f.at and f.group == name}
        found |= _curve(name, t[mine], e[mine], sorted(days))
    return found


def _compared(
    protocol: Protocol, it: ScannedPatients, estimand: Estimand, time: Ints, event: Bools,
    inside: Bools, asked: set[str],
) -> dict[tuple[str, str, float | None], float]:  # fmt: skip
    """Hazard ratio and P value of the pair that the estimand compares."""
    pair = [list(it.who.arms).index(arm) for arm in comparisons(protocol, estimand)[0]]
    two = inside & np.isin(it.who.arm, pair)
    t, e, arm = time[two], event[two], (it.who.arm[two] == pair[0]).astype(np.int64)
    found: dict[tuple[str, str, float | None], float] = {}
    for statistic in asked & set(TESTED):
        method = method_of(protocol, estimand, statistic)
        stratum = it.stratum[two] if method is not None and method.stratified else None
        found[statistic, "", None] = (
            logrank(t, e, arm, stratum).p
            if statistic == "p"
            else hazard_ratio(t, e, arm, stratum=stratum).hr[0]
        )
    return found


def _followed(protocol: Protocol, it: ScannedPatients, estimand: Estimand, end: Ints) -> Ints:
    """(n,) last day on which an endpoint is known not to have happened."""
    named = {s.name for s in protocol.endpoints[estimand.endpoint].event}
    if PROGRESSION not in named:
        return end
    seen = np.where(it.held & (it.scan <= end[:, None]), it.scan, 1)
    return np.asarray(seen.max(axis=1, initial=1))


def unseen(figure: Published) -> float:
    """What stands for a figure that a trial does not give: a median not reached is longer than any.

    NaN for what cannot be estimated, such as survival past the last time.
    """
    return math.inf if figure.statistic.startswith("median") else math.nan


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
        if not math.isnan(s):
            found["survival", name, when] = float(s)
    return found


def _rates(
    it: ScannedPatients, inside: Bools, end: Ints, everybody: bool
) -> dict[tuple[str, str, float | None], float]:
    """Best response of everybody, or of those with a scan after baseline."""
    held = it.held & (it.scan <= end[:, None]) & inside[:, None]
    responded: Bools = np.any(held & np.isin(it.response, RESPONDED), axis=1)
    among: Bools = inside if everybody else np.any(held, axis=1)
    found: dict[tuple[str, str, float | None], float] = {}
    for k, name in enumerate(it.who.arms):
        mine = among & (it.who.arm == k)
        if mine.any():
            found["rate", name, None] = float(responded[mine].mean())
    return found
