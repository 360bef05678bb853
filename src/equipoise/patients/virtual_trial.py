"""A whole virtual trial, from the cohort that fate has drawn to the record of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from equipoise.arrays import Ints
from equipoise.conduct.record import COLUMNS, Record, record
from equipoise.kernels.cohort import Cohort, cohort_plain
from equipoise.kernels.trials.arrive import cohort
from equipoise.meaning.virtual.limits import lesions_at_baseline, refuse
from equipoise.patients.admission import admitted
from equipoise.patients.attendance import (
    Attended,
    dosing_visits,
    first_progression,
    laboratory_days,
    other_visits,
    scans,
    visit_columns,
    visit_table,
)
from equipoise.patients.events import adverse_events, later_therapies, milestones
from equipoise.patients.labs import DrawnTest, lab_tests, lab_value
from equipoise.patients.occurrences import assessments, occurrences, recurrences
from equipoise.patients.people import NEVER, People, joined, people, table_of
from equipoise.patients.screening import screen_failures
from equipoise.patients.treatment import Treatment, Ward, treat
from equipoise.patients.tumor_tables import tumor_tables
from equipoise.patients.tumors import lesions
from equipoise.patients.visit_plans import baseline_scan
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import LABORATORY

Parts = dict[str, list[pl.DataFrame]]
TUMORS = frozenset({"lesions", "measurements", "readings"})
"""Tables of the record that are drawn together."""
MARK_LENGTH = 7  # characters before a subject's own name


class _Course(NamedTuple):
    """What becomes of the patients of one trial."""

    ward: Ward
    scans: Attended | None
    progressed: Ints
    treatment: Treatment
    others: list[Attended]  # every visit but the scans after baseline


def live(
    protocol: Protocol,
    where: Setting,
    *,
    seed: int,
    trial: int = 0,
    drawn: Cohort | None = None,
) -> Record:
    """One virtual trial under a truth, patient by patient.

    where : from `setting(protocol, truth=...)`; drawn : what its world gives, if that is known
    Returns  Record with virtual set; the same for the same seed and trial, whatever else is drawn.
    Raises   InputError where lesions are to be read, and no visit measures them at baseline.
    """
    if drawn is None:  # one trial is not worth a kernel that has to be compiled
        drawn = cohort_plain(where.world, seed=seed, trial=trial)
    return _lived(protocol, where, _drawn(protocol, where, drawn, seed, trial), COLUMNS)


def live_together(
    protocol: Protocol,
    where: Setting,
    *,
    seed: int,
    trials: Sequence[int],
    tables: Collection[str] = tuple(COLUMNS),
) -> Record:
    """Several virtual trials as one record: much quicker than one by one.

    trials : their numbers; subject 0042 of the k-th is `marked(k)` and 0042
    tables : of the record, those that are drawn; the others stay empty
    Returns  Record with the subjects of all, each as `live` has it
    Checked  tests/twins/test_together.py
    """
    named = []
    for k, trial in enumerate(trials):
        drawn = cohort(where.world, seed=seed, trial=trial)
        named.append(_drawn(protocol, where, drawn, seed, trial).named(marked(k)))
    failed = {
        name: [one.failed[name] for one in named if name in one.failed]
        for name in dict.fromkeys(name for one in named for name in one.failed)
    }
    whole = _Drawn(
        joined([one.who for one in named]),
        max(one.horizon for one in named),
        {name: pl.concat(some) for name, some in failed.items()},
        seed,
        trials[0],
    )
    return _lived(protocol, where, whole, tables)


def marked(k: int) -> str:
    """What stands before a subject of the k-th of several trials, `MARK_LENGTH` characters long."""
    return f"{k:0{MARK_LENGTH - 1}d}|"


class _Drawn(NamedTuple):
    """The people of a trial, and those who were never randomized."""

    who: People
    horizon: int
    failed: dict[str, pl.DataFrame]
    seed: int
    trial: int

    def named(self, mark: str) -> _Drawn:
        """The same people, a mark before each name."""
        name = pl.lit(mark) + pl.col("subject")
        failed = {key: table.with_columns(subject=name) for key, table in self.failed.items()}
        who = self.who._replace(subject=np.char.add(mark, self.who.subject))
        return self._replace(who=who, failed=failed)


def _drawn(protocol: Protocol, where: Setting, drawn: Cohort, seed: int, trial: int) -> _Drawn:
    refuse(protocol, lesions_at_baseline)
    who = people(protocol, where, drawn, seed=seed, trial=trial)
    who = admitted(protocol, where, who, seed=seed, trial=trial)
    failed = screen_failures(protocol, where, randomized=who.size, seed=seed, trial=trial)
    return _Drawn(who, _horizon(where, drawn), failed, seed, trial)


def _lived(protocol: Protocol, where: Setting, drawn: _Drawn, asked: Collection[str]) -> Record:
    course = _course(protocol, where, drawn.who, horizon=drawn.horizon)
    parts = _parts(protocol, course, asked)
    for name, table in drawn.failed.items():
        if name in asked:
            parts.setdefault(name, []).append(table)
    tables = {name: _whole(some) for name, some in parts.items()}
    filled = {name: table for name, table in tables.items() if table.width}
    return record(
        protocol, filled, virtual=True, seed=drawn.seed, trial=drawn.trial, truth=where.name
    )


def _course(protocol: Protocol, where: Setting, who: People, *, horizon: int) -> _Course:
    tested = laboratory_days(protocol, who, where.truth, horizon=horizon)
    ward = Ward(who, where.truth, lab_tests(who, where.truth, ctcae=protocol.safety.ctcae), tested)
    seen = scans(protocol, who, where.truth, horizon=horizon)
    progressed = first_progression(who, seen)
    treatment = treat(protocol, ward, off=np.minimum(progressed, who.end))
    others = other_visits(protocol, who, where.truth, treatment=treatment, horizon=horizon)
    others += dosing_visits(protocol, who, treatment)
    return _Course(ward, seen, progressed, treatment, others)


def _parts(protocol: Protocol, course: _Course, asked: Collection[str]) -> Parts:
    who, truth, tests, _ = course.ward
    treatment, progressed = course.treatment, course.progressed
    attended = [*course.others, *([course.scans] if course.scans else [])]
    own = occurrences(who, truth)
    made: dict[str, Callable[[], list[pl.DataFrame]]] = {
        "subjects": lambda: [_subjects(who)],
        "visits": lambda: [visit_table(who, attended)],
        "doses": lambda: [_doses(who, treatment)],
        "labs": lambda: [_labs(protocol, course)],
        "events": lambda: [
            *adverse_events(who, truth, tests, treatment),
            *own["events"],
            *recurrences(who, truth),
        ],
        "therapies": lambda: [later_therapies(who, truth, progressed=progressed)],
        "milestones": lambda: [
            milestones(who, treatment, progressed=progressed),
            *own["milestones"],
        ],
        "assessments": lambda: [assessments(protocol, who, truth, attended)],
    }
    parts = {name: make() for name, make in made.items() if name in asked}
    return parts | (_tumors(protocol, course) if TUMORS & set(asked) else {})


def _whole(parts: list[pl.DataFrame]) -> pl.DataFrame:
    some = [part for part in parts if part.width]
    return pl.concat(some, how="diagonal") if some else pl.DataFrame()


def _horizon(where: Setting, cohort: Cohort) -> int:
    return int(where.days - cohort.entry.min() + 1)


def _subjects(who: People) -> pl.DataFrame:
    everyone = np.arange(who.size)
    died = np.where(who.end == who.death, who.death, NEVER)
    return table_of(
        who,
        everyone,
        site=who.site,
        country=who.country,
        consented=who.consented,
        randomized=np.ones(who.size, dtype=np.int64),
        arm=np.array(who.arms)[who.arm],
        died=died,
        ended=who.end,
        **who.baseline,
    )


def _doses(who: People, treatment: Treatment) -> pl.DataFrame:
    parts = []
    for given in treatment.given:
        rows, columns = np.nonzero(given.day != NEVER)
        dose = given.regimen.dose
        parts.append(
            table_of(
                who,
                rows,
                drug=[given.regimen.drug] * len(rows),
                dose=given.dose[rows, columns],
                unit=[dose.unit] * len(rows),
                route=[given.regimen.route] * len(rows),
                date=given.day[rows, columns],
                last=given.last[rows, columns],
                planned=given.planned[rows, columns],
                reason=given.reason[rows, columns],
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame()


def _labs(protocol: Protocol, course: _Course) -> pl.DataFrame:
    at = [one for one in course.others if LABORATORY in protocol.visits[one.plan.key].do]
    parts = [_lab(course, test, one) for one in at for test in course.ward.tests]
    return pl.concat(parts) if parts else pl.DataFrame()


def _lab(course: _Course, test: DrawnTest, one: Attended) -> pl.DataFrame:
    who = course.ward.who
    rows, columns = np.nonzero(one.is_held)
    t = test.truth
    return table_of(
        who,
        rows,
        test=t.test,
        code=t.code,
        unit=t.unit,
        value=lab_value(who, test, one.day, course.treatment.courses)[rows, columns],
        lower=t.lower,
        upper=t.upper,
        **visit_columns(one, rows, columns),
    )


def _tumors(protocol: Protocol, course: _Course) -> Parts:
    key = baseline_scan(protocol)
    first = next((one for one in course.others if one.plan.key == key), None)
    seen = course.scans
    if first is None or seen is None:
        return {}
    who, truth, *_ = course.ward
    found = lesions(who, truth, scan=seen.day, is_read=seen.is_held)
    tables = tumor_tables(protocol, who, found, first=first, seen=seen)
    return {name: [table] for name, table in tables.items()}
