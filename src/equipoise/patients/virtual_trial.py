"""A whole virtual trial, from the cohort that fate has drawn to the record of what was seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from equipoise.arrays import Ints
from equipoise.conduct.record import Record, record
from equipoise.kernels.cohort import Cohort, cohort_plain
from equipoise.meaning.virtual.limits import lesions_at_baseline, refuse
from equipoise.patients.attendance import (
    Attended,
    baseline_scan,
    dosing_visits,
    first_progression,
    other_visits,
    scans,
    visit_columns,
    visit_table,
)
from equipoise.patients.events import adverse_events, later_therapies, milestones
from equipoise.patients.labs import DrawnTest, lab_tests, lab_value
from equipoise.patients.occurrences import assessments, occurrences, recurrences
from equipoise.patients.people import NEVER, People, people, table_of
from equipoise.patients.screening import screen_failures
from equipoise.patients.treatment import Treatment, Ward, treat
from equipoise.patients.tumor_tables import tumor_tables
from equipoise.patients.tumors import lesions
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import LABORATORY

Parts = dict[str, list[pl.DataFrame]]


class _Course(NamedTuple):
    """What becomes of the patients of one trial."""

    ward: Ward
    scans: Attended | None
    progressed: Ints
    treatment: Treatment
    others: list[Attended]  # every visit but the scans after baseline


def live(protocol: Protocol, where: Setting, *, seed: int, trial: int = 0) -> Record:
    """One virtual trial under a truth, patient by patient.

    where : from `setting(protocol, truth=...)`
    Returns  Record with virtual set; the same for the same seed and trial, whatever else is drawn.
    Raises   InputError where lesions are to be read, and no visit measures them at baseline.
    """
    refuse(protocol, lesions_at_baseline)
    cohort = cohort_plain(where.world, seed=seed, trial=trial)
    who = people(protocol, where, cohort, seed=seed, trial=trial)
    course = _course(protocol, where, who, horizon=_horizon(where, cohort))
    parts = _parts(protocol, course)
    failed = screen_failures(protocol, where, randomized=who.size, seed=seed, trial=trial)
    for name, table in failed.items():
        parts.setdefault(name, []).append(table)
    tables = {name: _whole(some) for name, some in parts.items()}
    filled = {name: table for name, table in tables.items() if table.width}
    return record(protocol, filled, virtual=True, seed=seed, trial=trial, truth=where.name)


def _course(protocol: Protocol, where: Setting, who: People, *, horizon: int) -> _Course:
    ward = Ward(who, where.truth, lab_tests(who, where.truth))
    seen = scans(protocol, who, where.truth, horizon=horizon)
    progressed = first_progression(who, seen)
    treatment = treat(protocol, ward, off=np.minimum(progressed, who.end))
    others = other_visits(protocol, who, where.truth, treatment=treatment, horizon=horizon)
    others += dosing_visits(protocol, who, treatment)
    return _Course(ward, seen, progressed, treatment, others)


def _parts(protocol: Protocol, course: _Course) -> Parts:
    who, truth, tests = course.ward
    treatment, progressed = course.treatment, course.progressed
    attended = [*course.others, *([course.scans] if course.scans else [])]
    own = occurrences(who, truth)
    parts = {
        "subjects": [_subjects(who)],
        "visits": [visit_table(who, attended)],
        "doses": [_doses(who, treatment)],
        "labs": [_labs(protocol, course)],
        "events": [
            *adverse_events(who, truth, tests, treatment),
            *own["events"],
            *recurrences(who, truth),
        ],
        "therapies": [later_therapies(who, truth, progressed=progressed)],
        "milestones": [milestones(who, treatment, progressed=progressed), *own["milestones"]],
        "assessments": [assessments(protocol, who, truth, attended)],
    }
    return parts | _tumors(protocol, course)


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
    t, m = test.truth, len(rows)
    return table_of(
        who,
        rows,
        test=[t.test] * m,
        code=[t.code] * m,
        unit=[t.unit] * m,
        value=lab_value(who, test, one.day, course.treatment.courses)[rows, columns],
        lower=pl.Series([t.lower] * m, dtype=pl.Float64),
        upper=pl.Series([t.upper] * m, dtype=pl.Float64),
        **visit_columns(one, rows, columns),
    )


def _tumors(protocol: Protocol, course: _Course) -> Parts:
    key = baseline_scan(protocol)
    first = next((one for one in course.others if one.plan.key == key), None)
    seen = course.scans
    if first is None or seen is None:
        return {}
    who, truth, _ = course.ward
    found = lesions(who, truth, scan=seen.day, is_read=seen.is_held)
    tables = tumor_tables(protocol, who, found, first=first, seen=seen)
    return {name: [table] for name, table in tables.items()}
