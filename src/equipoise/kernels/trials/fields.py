"""What the kernels of a virtual trial hand to one another, and what they leave behind."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats, Ints
from equipoise.kernels.cohort import Cohort
from equipoise.kernels.compiled import njit


class Watched(NamedTuple):
    """The subjects of a trial with their streams.

    keys : (n,) uint64, in order of arrival
    last : the last day of the tables; a true day after it never comes
    """

    cohort: Cohort
    keys: NDArray[np.uint64]
    last: int


class Followed(NamedTuple):
    """One endpoint of each subject.

    day : (n,) day of the event as read, NOT_SEEN if there is none
    until : (n,) last day of observation, or the last day that says there was no event
    """

    day: Ints
    until: Ints


class Cut(NamedTuple):
    """One look: its trial day, and how many subjects have entered by then."""

    day: int
    entered: int


class Readout(NamedTuple):
    """What one reading finds; NaN = not estimable. 0 is the control arm, 1 the experimental one.

    events_0, events_1 : events, or responders for a proportion
    estimate, error : log hazard ratio or difference, and its standard error
    """

    events_0: float
    events_1: float
    subjects_0: float
    subjects_1: float
    z: float
    information: float
    estimate: float
    error: float


class Readouts(NamedTuple):
    """The fields of a Readout, (trials, R) each."""

    events_0: Floats
    events_1: Floats
    subjects_0: Floats
    subjects_1: Floats
    z: Floats
    information: Floats
    estimate: Floats
    error: Floats


class LooksHeld(NamedTuple):
    """When the looks took place.

    day : (trials, L) trial day of each; entered : (trials, L) subjects entered by then
    """

    day: Ints
    entered: Ints


def empty_readouts(trials: int, readings: int) -> Readouts:
    return Readouts(*(np.zeros((trials, readings)) for _ in Readouts._fields))


def empty_looks(trials: int, looks: int) -> LooksHeld:
    return LooksHeld(*(np.zeros((trials, looks), dtype=np.int64) for _ in LooksHeld._fields))


@njit(cache=True, nogil=True)
def keep(found, i, r, one):  # type: ignore[no-untyped-def]
    """Put a Readout into its place among Readouts."""
    found.events_0[i, r], found.events_1[i, r] = one.events_0, one.events_1
    found.subjects_0[i, r], found.subjects_1[i, r] = one.subjects_0, one.subjects_1
    found.z[i, r], found.information[i, r] = one.z, one.information
    found.estimate[i, r], found.error[i, r] = one.estimate, one.error
