"""Plain twins of `scans`: every scan of every subject is drawn, then the rules are applied.

Checked  tests/twins/test_trial_readings.py.
"""

from __future__ import annotations

import math

import numpy as np

from equipoise import streams
from equipoise.arrays import Bools, Ints
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.trials.follow import Endpoints, event_days_plain
from equipoise.kernels.trials.scans import (
    ANY,
    CENSORS,
    IGNORED,
    IS_EVENT,
    NONE,
    NOT_SEEN,
    SECOND,
    EndpointCourse,
    PlannedScans,
    Therapy,
)


def keys_plain(cohort: Cohort, *, seed: int, trial: int) -> list[int]:
    """The stream key of each subject, in order of arrival."""
    key = streams.trial_key(seed, trial)
    return [streams.subject_key(key, int(i)) for i in cohort.subject]


def scan_days_plain(scans: PlannedScans, keys: list[int]) -> Ints:
    """(n, M) the day of each scan that is held; NOT_SEEN where it is missed."""
    found = np.full((len(keys), len(scans.planned)), NOT_SEEN, dtype=np.int64)
    for j, key in enumerate(keys):
        for k, planned in enumerate(scans.planned):
            u = [streams.unit(streams.word(key, int(scans.purpose), 3 * k + i)) for i in range(3)]
            if planned <= 1 or u[2] >= scans.missed:
                found[j, k] = planned + round((u[0] + u[1] - 1.0) * scans.window)
    return found


def last_scan_plain(held: Ints, before: Ints) -> Ints:
    """The day of the last scan before a day, 1 if there is none."""
    return np.asarray(np.where(held < before[:, None], held, 1).max(axis=1, initial=1))


def therapy_days_plain(
    then: Therapy, cohort: Cohort, keys: list[int], shown: Ints, end: Ints
) -> Ints:
    """The day on which another therapy starts after the scan that showed progression."""
    found = []
    for key, crossed, day, last in zip(keys, cohort.crossed, shown, end, strict=True):
        u = [streams.unit(streams.word(key, int(then.purpose), i)) for i in range(2)]
        start = int(day) + then.earliest + math.floor(streams.exponential(u[1]) * then.mean)
        takes = crossed == 1 or u[0] < then.starts
        found.append(start if takes and start < last else NOT_SEEN)
    return np.array(found, dtype=np.int64)


def _true_plain(cohort: Cohort, process: int, days: int) -> Ints:
    if process < 0:
        return np.full(len(cohort.entry), NOT_SEEN)
    return np.where(cohort.day[process] <= days, cohort.day[process], NOT_SEEN)


def settled_plain(
    endpoints: Endpoints, p: int, cohort: Cohort, keys: list[int], days: int
) -> tuple[Ints, Ints]:
    """Event days and last days of observation of an endpoint whose course matters."""
    course = endpoints.course
    held = scan_days_plain(course.scans, keys)
    progression = _true_plain(cohort, course.progression, days)
    death = _true_plain(cohort, course.death, days)
    last = np.minimum(cohort.dropout, course.then.last_day - cohort.entry + 1)
    shown = np.where(held >= progression[:, None], held, NOT_SEEN).min(axis=1, initial=NOT_SEEN)
    second = _true_plain(cohort, int(endpoints.second[p]), days)
    if course.at_scans[p]:
        day = np.minimum(shown, second)
    else:
        day = event_days_plain(endpoints, p, cohort, days)
    until = cohort.dropout.copy()
    if course.dies[p]:
        until = np.where(death <= last, np.minimum(until, death - course.at_scans[p]), until)
    starts = therapy_days_plain(course.then, cohort, keys, shown, np.minimum(death, last))
    if course.therapy[p] == CENSORS:
        until = np.minimum(until, starts)
    if course.therapy[p] == IS_EVENT:
        day = np.minimum(day, starts)
    assert course.therapy[p] in (IGNORED, CENSORS, IS_EVENT)
    day = np.where(day <= until, day, NOT_SEEN)
    lost = _lost_plain(course, p, held, day, second) & (day <= last)
    before = last_scan_plain(held, day)
    return np.where(lost, NOT_SEEN, day), np.where(lost, before, until)


def _lost_plain(course: EndpointCourse, p: int, held: Ints, day: Ints, second: Ints) -> Bools:
    """Whether an event comes too long after the last scan before it."""
    if course.gap_of[p] == NONE:
        return np.zeros(len(day), dtype=np.bool_)
    late = day > course.counted_until[p][last_scan_plain(held, day)]
    if course.gap_of[p] == ANY:
        return np.asarray(late)
    return np.asarray(late & ((day == second) == (course.gap_of[p] == SECOND)))


def observe_course_plain(
    endpoints: Endpoints, p: int, cohort: Cohort, keys: list[int], settled: tuple[Ints, Ints],
    cut: int,
) -> tuple[Ints, Bools, Bools]:  # fmt: skip
    """Time, event, and who has entered, at a cut, for an endpoint whose course matters."""
    day, until = settled
    inside = cohort.entry <= cut
    end = np.minimum(until, cut - cohort.entry + 1)
    event = inside & (day <= end)
    row = endpoints.schedule[p]
    known = end
    if endpoints.course.at_scans[p]:
        known = last_scan_plain(scan_days_plain(endpoints.course.scans, keys), end + 1)
    elif row >= 0:
        known = endpoints.last_read[row][np.clip(end, 0, endpoints.last_read.shape[1] - 1)]
    return np.where(event, day, known), event, inside
