"""What a virtual trial is, in arrays: subjects, looks and readings, built from plain numbers.

The contract of draws (both roads use it, so that they agree in every bit):

* Subjects come from `kernels.cohort`: `make_world(...)` builds the tables from probabilities,
  `cohort_plain(world, seed=, trial=)` draws one trial in plain Python,
  `kernels.trials.arrive.cohort` is its numba twin. Purposes and counters are listed there; other
  purposes (sites, laboratory values, visits) take further names and move nothing.
* Trial days count from 1, the first day of accrual. A subject enters (is randomized) on trial day
  `entry`; study day d of the subject is trial day `entry + d - 1`; day 1 is the day of
  randomization.
* Day d of an event is the continuous time rounded up, so d >= 1. A day past the table never
  happens.
* An endpoint read at assessments only moves an event to the first assessment on or after it, and a
  censored subject back to the last assessment on or before the end of follow-up (day 1 if none).
  Where a later endpoint (death) falls on or before that assessment, the event is the death, on its
  own day.
* A look at D events takes place on the trial day of the D-th event that is seen, entry + d - 1; all
  events of that day count. Followed at that cut are the subjects with entry <= cut, each up to
  study day min(cut - entry + 1, dropout). An event on the last day of follow-up is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from equipoise.design.model import HypothesisPlan
from equipoise.errors import InputError
from equipoise.kernels.cohort import World
from equipoise.kernels.procedures import BLOCKS
from equipoise.kernels.trials.batch import RMST, Readings, TrialPlan
from equipoise.kernels.trials.follow import Endpoints, Looks
from equipoise.simulation.kernel.shares import Shares


@dataclass(frozen=True, slots=True)
class NullHypothesis:
    """One null hypothesis, read at some of the looks.

    readings : indices of the scenario's readings, in the order of the looks
    planned : information planned at each (events, or subjects for a proportion); the last is the
        maximum
    spending, futility : families of `design.bounds`; None is no bound before the last reading
    plan : the design's own plan of it, without rates; bounds are then those that `monitor` gives
    """

    name: str
    readings: tuple[int, ...]
    planned: tuple[float, ...]
    spending: str | None = None
    futility: str | None = None
    beta: float | None = None
    binding: bool = False
    plan: HypothesisPlan | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """More events for a hypothesis whose last interim look promises; see `promising`.

    hypothesis : its index
    low, high : conditional power from which on, and below which, events are added
    most : events at the last look, at most
    wanted : conditional power that the added events are to bring
    """

    hypothesis: int
    low: float
    high: float
    most: int
    wanted: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """A virtual trial ready for the kernel; see the module for the meaning of its days.

    alpha, sides : error over all hypotheses; with 2 sides bounds are symmetric
    shares : how the error is shared among the hypotheses, given those already rejected
    truth : the true value of each reading's estimate (log hazard ratio, ...), None where there is
        no one value
    promise : a sample-size re-estimation, or None
    """

    name: str
    world: World
    endpoints: Endpoints
    endpoint_names: tuple[str, ...]
    looks: Looks
    look_names: tuple[str, ...]
    readings: Readings
    hypotheses: tuple[NullHypothesis, ...]
    shares: Shares
    alpha: float = 0.025
    sides: int = 1
    truth: tuple[float | None, ...] = field(default=())
    promise: Promise | None = None

    def __post_init__(self) -> None:
        if self.sides not in (1, 2):
            raise InputError(f"sides: found {self.sides}, expected 1 or 2")
        for h in self.hypotheses:
            if len(h.readings) != len(h.planned) or not h.readings:
                raise InputError(f"{h.name}: expected one planned information per reading")
        if np.any((self.readings.method == RMST) & (self.readings.stratified == 1)):
            raise InputError("restricted mean survival time is simulated without strata")
        for k, latest in enumerate(self.looks.latest):
            most = 2 * self.world.tables.days
            if latest > most:
                raise InputError(f"{self.look_names[k]}: trial day {latest} is past day {most}")

    @property
    def plan(self) -> TrialPlan:
        """What the batch kernel needs."""
        return TrialPlan(self.world, self.endpoints, self.looks, self.readings)

    @property
    def digest(self) -> str:
        """SHA-256 over every number in the scenario."""
        sha = hashlib.sha256()
        _feed(sha, [getattr(self, name) for name in self.__slots__ if name != "name"])
        return sha.hexdigest()

    def __repr__(self) -> str:
        looks, h = len(self.look_names), ", ".join(h.name for h in self.hypotheses)
        return f"Scenario  {self.name}: {self.world.subjects} subjects, {looks} looks, {h}"


def _feed(sha: Any, value: Any) -> None:
    """Put a value into a digest, with its kind, so that no two structures read the same."""
    if isinstance(value, np.ndarray):
        sha.update(f"{value.dtype}{value.shape}".encode())
        sha.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, NullHypothesis | Promise | Shares):
        _feed(sha, [getattr(value, name) for name in value.__slots__])
    elif isinstance(value, World) and value.procedure.method == BLOCKS:
        _feed(sha, [part for name, part in value._asdict().items() if name != "procedure"])
    elif isinstance(value, HypothesisPlan):
        sha.update(json.dumps(value.to_dict(), sort_keys=True).encode())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        sha.update(f"[{len(value)}".encode())
        for part in value:
            _feed(sha, part)
    else:
        sha.update(repr(value).encode())
