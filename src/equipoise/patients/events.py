"""What befalls virtual patients beside their tumor: adverse events, later therapies, milestones."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise import streams
from equipoise.arrays import Ints
from equipoise.patients.keyed_draws import choose, uniform, uniforms
from equipoise.patients.labs import DrawnTest, nadir_days
from equipoise.patients.people import NEVER, People, table_of
from equipoise.patients.treatment import Treatment
from equipoise.patients.world import LATER_THERAPY, THERAPY_AFTER, THERAPY_MEAN
from equipoise.protocol.model import EventTruth, Truth

ANTICANCER = "ANTI-CANCER THERAPY"
MILESTONE, DISPOSITION = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
TREATMENT, STUDY = "STUDY TREATMENT", "STUDY PARTICIPATION"
_AFTER_TREATMENT = 30  # days after the last dose in which an event may still begin
_MEAN_ONSET, _MEAN_LENGTH = 12.0, 21.0  # days
_COURSES = 4  # events begin after one of the first few doses
_FOURTH = 0.1  # share of grade 4 among grades 3 and 4
_SECOND = 0.35  # share of grade 2 among grades 1 and 2


def adverse_events(
    who: People, truth: Truth, tests: tuple[DrawnTest, ...], treatment: Treatment
) -> list[pl.DataFrame]:
    """Rows of `events`, at most one of each term in a patient.

    A term that names a laboratory test befalls those whose values fall deepest, at the nadir.
    """
    by_code = {test.truth.code: test for test in tests}
    return [
        _event(who, term, by_code.get(term.lab or ""), treatment) for term in truth.adverse_events
    ]


def _event(
    who: People, term: EventTruth, test: DrawnTest | None, treatment: Treatment
) -> pl.DataFrame:
    u = uniforms(who.keys, f"adverse event:{term.term}", numbers=8)
    if test is not None:
        u[:, 0] = test.rank
    both = np.array([term.any_grade.get(arm, 0.0) for arm in who.arms])[who.arm]
    high = np.array([term.grade_34.get(arm, 0.0) for arm in who.arms])[who.arm]
    both = np.maximum(both, high)
    severe = np.where(u[:, 1] < _FOURTH, 4, 3)
    mild = np.where(u[:, 1] < _SECOND, 2, 1)
    grade = np.where(u[:, 0] < high, severe, mild)
    rows = np.flatnonzero(
        (u[:, 0] < both) & who.is_treated & (treatment.courses.day[:, 0] != NEVER)
    )
    start = _onset(who, u, treatment, delay=_nadir_days(test))[rows]
    length = np.ceil(-np.log(u[rows, 4]) * _MEAN_LENGTH).astype(np.int64)
    is_open = start + length > who.end[rows]
    return table_of(
        who,
        rows,
        term=term.term,
        system=term.system,
        grade=grade[rows],
        start=start,
        end=np.where(is_open, NEVER, start + length),
        serious=(grade[rows] >= 3) & (u[rows, 5] < 0.5),
        related=u[rows, 6] < 0.6,
        outcome=np.where(is_open, "NOT RECOVERED/NOT RESOLVED", "RECOVERED/RESOLVED"),
    )


def _nadir_days(test: DrawnTest | None) -> int:
    return nadir_days(test.truth) if test is not None else 0


def _onset(who: People, u: NDArray[np.float64], treatment: Treatment, *, delay: int) -> Ints:
    day = treatment.courses.day
    given = (day[:, :_COURSES] != NEVER).sum(axis=1)
    which = np.floor(u[:, 2] * np.maximum(given, 1)).astype(np.int64)
    dose = np.take_along_axis(day, which[:, None], axis=1)[:, 0]
    late = delay + np.floor(-np.log(u[:, 3]) * _MEAN_ONSET).astype(np.int64)
    last = np.where(day == NEVER, 0, day).max(axis=1) + max(_AFTER_TREATMENT, delay)
    return np.asarray(np.minimum(np.minimum(dose + late, last), who.end))


def later_therapies(who: People, truth: Truth, *, progressed: Ints) -> pl.DataFrame:
    """The rows of `therapies`: anticancer therapy after the scan that showed progression.

    Who crosses over takes the drug of that arm.
    """
    u = uniforms(who.keys, LATER_THERAPY, numbers=3)
    # one logarithm at a time: numpy's own may differ from the kernel's in its last bit
    wait = np.array([streams.exponential(float(x)) for x in u[:, 1]])
    start = progressed + THERAPY_AFTER + np.floor(wait * THERAPY_MEAN).astype(np.int64)
    takes = (u[:, 0] < truth.new_therapy_after_progression) | (who.crosses_to != "")
    rows = np.flatnonzero((progressed != NEVER) & takes & (start < who.end))
    names = np.array(list(truth.later_therapies))
    kinds = choose({k: float(v) for k, v in truth.later_therapies.items()}, u[rows, 2])
    crossing = who.crosses_to[rows]
    therapy = np.where(crossing != "", crossing, names[kinds])
    return table_of(who, rows, therapy=therapy, category=ANTICANCER, start=start[rows])


def milestones(who: People, treatment: Treatment, *, progressed: Ints) -> pl.DataFrame:
    """The rows of `milestones`: consent, randomization, end of treatment, end of study."""
    everyone = np.arange(who.size)
    consent = _rows(
        who, everyone, MILESTONE, "", "INFORMED CONSENT OBTAINED", who.consented, "SCREENING"
    )
    one = np.ones(who.size, dtype=np.int64)
    entry = _rows(who, everyone, MILESTONE, "", "RANDOMIZED", one, "SCREENING")
    return pl.concat([consent, entry, _treatment_end(who, treatment, progressed), _study_end(who)])


def _rows(
    who: People,
    rows: Ints,
    category: str,
    scope: str,
    what: str | NDArray[np.str_],
    day: Ints,
    epoch: str,
) -> pl.DataFrame:
    says = np.full(len(rows), what) if isinstance(what, str) else what
    return table_of(
        who,
        rows,
        category=category,
        scope=scope,
        what=says,
        term=says,
        epoch=epoch,
        date=day,
    )


def _treatment_end(who: People, treatment: Treatment, progressed: Ints) -> pl.DataFrame:
    started = treatment.courses.day[:, 0] != NEVER
    ends = np.minimum(treatment.ends, treatment.stopped)
    why = np.full(who.size, "COMPLETED", dtype="<U32")
    why[ends == progressed] = "PROGRESSIVE DISEASE"
    why[ends == who.dropout] = "LOST TO FOLLOW-UP"
    why[ends == who.death] = "DEATH"
    why[ends == treatment.stopped] = "ADVERSE EVENT"
    is_over = started & ((why != "COMPLETED") | (ends < who.end))
    rows = np.flatnonzero(is_over)
    return _rows(who, rows, DISPOSITION, TREATMENT, why[rows], ends[rows], "TREATMENT")


def _study_end(who: People) -> pl.DataFrame:
    withdraws = uniform(who.keys, "withdrawal") < 0.5
    why = np.where(withdraws, "WITHDRAWAL BY SUBJECT", "LOST TO FOLLOW-UP").astype("<U32")
    why[who.end != who.dropout] = "COMPLETED"
    why[who.end == who.death] = "DEATH"
    return _rows(who, np.arange(who.size), DISPOSITION, STUDY, why, who.end, "FOLLOW-UP")
