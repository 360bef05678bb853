"""When a scan first shows a response: only scans say who responds, and only up to a cut.

Checked  tests/twins/test_responses.py (twin `response_days_plain`, and the object road by subject).
"""

from __future__ import annotations

import numpy as np

from equipoise import streams
from equipoise.arrays import Ints
from equipoise.kernels import draws
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials.scans import NOT_SEEN, EndpointCourse, day_of, is_held
from equipoise.kernels.trials.scans_plain import scan_days_plain

TIME_TO_RESPONSE = "time to response"
"""The purpose of the draw that says at which scan a responder responds."""

AT_THE_SECOND = 0.5
"""Share of responders who respond at the second scan read, if there is one before progression."""

_PURPOSE = np.uint64(streams.purpose_id(TIME_TO_RESPONSE))


@njit(cache=True, nogil=True)
def response_days(course, watched, found):  # type: ignore[no-untyped-def]
    """Fill `found` (n,) with the day of the scan that first shows a response, or NOT_SEEN.

    Scans are read up to the last day of observation, before progression and before the day of
    death.
    """
    cohort, keys, own = watched.cohort, watched.keys, course.scans
    planned, window, missed, purpose = own.planned, own.window, own.missed, own.purpose
    for j in range(len(found)):
        found[j] = NOT_SEEN
        if cohort.response[j] == 0:
            continue
        end = last_scan(course, cohort, j)
        waits = draws.unit(draws.word(keys[j], _PURPOSE, 0)) < AT_THE_SECOND
        for k in range(len(planned)):
            if planned[k] - window > end:
                break
            if not is_held(planned, missed, purpose, keys[j], k):
                continue
            at = day_of(planned, window, purpose, keys[j], k)
            if at > end:
                break
            is_second = found[j] != NOT_SEEN
            found[j] = at
            if is_second or not waits:
                break


@njit(cache=True, nogil=True)
def known_at_once(cohort, found):  # type: ignore[no-untyped-def]
    """Fill `found` as if who responds were known on the day of randomization."""
    for j in range(len(found)):
        found[j] = 1 if cohort.response[j] == 1 else NOT_SEEN


@njit(cache=True, nogil=True)
def last_scan(course, cohort, j):  # type: ignore[no-untyped-def]
    """The last day on which a scan of subject j can show a response."""
    end = min(cohort.dropout[j], course.then.last_day - cohort.entry[j] + 1)
    if course.death >= 0 and cohort.day[course.death, j] <= end:
        end = cohort.day[course.death, j] - 1
    if course.progression >= 0:
        end = min(end, cohort.day[course.progression, j] - 1)
    return end


def response_days_plain(course: EndpointCourse, cohort: Cohort, keys: list[int]) -> Ints:
    """Twin of `response_days`: every scan of every subject is drawn, then counted."""
    held = scan_days_plain(course.scans, keys)
    found = []
    for j, key in enumerate(keys):
        ends = [int(cohort.day[p, j]) for p in (course.death, course.progression) if p >= 0]
        followed = min(int(cohort.dropout[j]), course.then.last_day - int(cohort.entry[j]) + 1)
        read = [int(d) for d in held[j] if d <= followed and all(d < end for end in ends)]
        second = streams.unit(streams.word(key, int(_PURPOSE), 0)) < AT_THE_SECOND
        at = read[min(int(second), len(read) - 1)] if read else NOT_SEEN
        found.append(at if cohort.response[j] else NOT_SEEN)
    return np.array(found, dtype=np.int64)
