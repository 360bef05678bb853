"""A whole virtual trial, from the cohort that fate has drawn to the record of what was seen."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.conduct.record import Record, record
from equipoise.kernels.cohort import Cohort, cohort_plain
from equipoise.patients.attendance import (
    LABORATORY,
    SCAN,
    Attended,
    baseline_visit,
    dosing_visits,
    first_progression,
    other_visits,
    scans,
    visit_columns,
    visit_table,
)
from equipoise.patients.events import adverse_events, later_therapies, milestones
from equipoise.patients.labs import Courses, LabTest, lab_tests, lab_value
from equipoise.patients.people import NEVER, People, people, table_of
from equipoise.patients.treatment import Treatment, treat
from equipoise.patients.tumor_tables import tumor_tables
from equipoise.patients.tumors import lesions
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol

Ints = NDArray[np.int64]
_AFTER_PROGRESSION = 0


def live(protocol: Protocol, where: Setting, *, seed: int, trial: int = 0) -> Record:
    """One virtual trial under a truth, patient by patient.

    where : from `setting(protocol, truth=...)`
    Returns  Record with virtual set; the same for the same seed and trial, whatever else is drawn.
    """
    cohort = cohort_plain(where.world, seed=seed, trial=trial)
    who = people(protocol, where, cohort, seed=seed, trial=trial)
    tests = lab_tests(who, where.truth)
    seen = scans(protocol, who, where.truth, horizon=_horizon(where, cohort))
    progressed = first_progression(who, seen)
    treatment = treat(protocol, who, tests, off=np.minimum(progressed, who.end))
    dosing = dosing_visits(protocol, who, treatment)
    others = other_visits(
        protocol, who, where.truth, treatment=treatment, horizon=_horizon(where, cohort)
    )
    tables = {
        "subjects": _subjects(protocol, who),
        "visits": visit_table(who, [*others, *([seen] if seen else []), *dosing]),
        "doses": _doses(who, treatment),
        "labs": _labs(protocol, who, tests, treatment, [*others, *dosing]),
        "events": adverse_events(who, where.truth, treatment),
        "therapies": later_therapies(who, where.truth, progressed=progressed),
        "milestones": milestones(who, treatment, progressed=progressed),
    }
    if seen is not None:
        tables |= _tumors(protocol, who, where, seen, others)
    filled = {name: table for name, table in tables.items() if table.width}
    return record(protocol, filled, virtual=True, seed=seed, trial=trial, truth=where.name)


def _horizon(where: Setting, cohort: Cohort) -> int:
    return int(where.days - cohort.entry.min() + 1)


def _subjects(protocol: Protocol, who: People) -> pl.DataFrame:
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
                planned=given.planned[rows, columns],
                reason=given.reason[rows, columns],
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame()


def _labs(
    protocol: Protocol,
    who: People,
    tests: tuple[LabTest, ...],
    treatment: Treatment,
    attended: list[Attended],
) -> pl.DataFrame:
    at = [one for one in attended if LABORATORY in protocol.visits[one.plan.key].do]
    parts = [_lab(who, test, one, treatment.courses) for one in at for test in tests]
    return pl.concat(parts) if parts else pl.DataFrame()


def _lab(who: People, test: LabTest, one: Attended, courses: Courses) -> pl.DataFrame:
    rows, columns = np.nonzero(one.is_held)
    t, m = test.truth, len(rows)
    return table_of(
        who,
        rows,
        test=[t.test] * m,
        code=[t.code] * m,
        unit=[t.unit] * m,
        value=lab_value(who, test, one.day, courses)[rows, columns],
        lower=pl.Series([t.lower] * m, dtype=pl.Float64),
        upper=pl.Series([t.upper] * m, dtype=pl.Float64),
        **visit_columns(one, rows, columns),
    )


def _tumors(
    protocol: Protocol, who: People, where: Setting, seen: Attended, others: list[Attended]
) -> dict[str, pl.DataFrame]:
    key = baseline_visit(protocol, SCAN)
    first = next((one for one in others if one.plan.key == key), None)
    if first is None:
        return {}
    found = lesions(who, where.truth, scan=seen.day, is_read=seen.is_held)
    return tumor_tables(protocol, who, found, first=first, seen=seen)
