"""What the kernels of a virtual trial hand to one another, and what they leave behind."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.draws import StreamKeys


class Followed(NamedTuple):
    """One endpoint of the subjects of B trials; (B, n) each.

    day : of its first event, NOT_SEEN if none; until : last day of observation
    """

    day: Ints
    until: Ints


class Lives(NamedTuple):
    """The subjects of B trials, (B, n) each; NOT_SEEN where there is no such process.

    key : of their streams; progression, death, second : true days
    """

    key: StreamKeys
    entry: Ints
    dropout: Ints
    crossed: Ints
    progression: Ints
    death: Ints
    second: Ints


class Cut(NamedTuple):
    """One look of B trials: trial days, and how many subjects have entered by then; (B,) each."""

    day: Ints
    entered: Ints


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
