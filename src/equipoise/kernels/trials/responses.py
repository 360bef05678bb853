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
from equipoise.kernels.trials.fields import Lives
from equipoise.kernels.trials.scans import NOT_SEEN, EndpointCourse, day_of, is_held
from equipoise.kernels.trials.scans_plain import scan_days_plain

TIME_TO_RESPONSE = "time to response"
"""The purpose of the draw that says at which scan a responder responds."""

AT_THE_SECOND = 0.5
"""Share of responders who respond at the second scan read, if there is one before progression."""

_PURPOSE = np.uint64(streams.purpose_id(TIME_TO_RESPONSE))


def response_days(course: EndpointCourse, response: Ints, lives: Lives, found: Ints) -> None:
    """Fill `found` (B, n) with the day of the scan that first shows a response, or NOT_SEEN.

    Scans are read up to the last day of observation, before progression and before the day of
    death.
    """
    planned, _, _, _, *how = course.scans
    show(planned, *how, response, course.then.last_day, lives, found)


@njit(cache=True, nogil=True)
def show(planned, window, missed, purpose, response, last_day, lives, found):  # type: ignore[no-untyped-def]
    key, entry, dropout, _, progression, death, _ = lives
    for t in range(len(key)):
        for j in range(key.shape[1]):
            first, own = NOT_SEEN, key[t, j]
            end = min(dropout[t, j], last_day - entry[t, j] + 1)
            end = min(end, death[t, j] - 1, progression[t, j] - 1)
            waits = draws.unit(draws.word(own, _PURPOSE, 0)) < AT_THE_SECOND
            for k in range(len(planned) if response[t, j] == 1 else 0):
                if planned[k] - window > end:
                    break
                if not is_held(planned, missed, purpose, own, k):
                    continue
                at = day_of(planned, window, purpose, own, k)
                if at > end:
                    break
                is_second = first != NOT_SEEN
                first = at
                if is_second or not waits:
                    break
            found[t, j] = first


def known_at_once(response: Ints, found: Ints) -> None:
    """Fill `found` as if who responds were known on the day of randomization."""
    found[:] = np.where(response == 1, 1, NOT_SEEN)


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
