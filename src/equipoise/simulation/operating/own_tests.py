"""Tests that are not ours: what a look of a virtual trial shows, and what a function finds there.

A function of numba is called from compiled code, on as many threads as are asked for; one of Python
is called for one look after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numba.core.errors import NumbaError

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.errors import InputError, did_you_mean
from equipoise.kernels.trials import batch, frames
from equipoise.kernels.trials.batch import SCORE, Bench, TrialPlan
from equipoise.kernels.trials.fields import Cut, LooksHeld, empty_looks, empty_readouts
from equipoise.simulation.kernel import tally as tallies
from equipoise.simulation.kernel.decisions import decide
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.kernel.tally import Tally
from equipoise.simulation.operating.checkpoint import write_rows
from equipoise.simulation.operating.task import Batch, Done, Runner, Task

OwnTest = Callable[[Ints, Bools, SmallInts, SmallInts], float]
"""time, event, arm (1 experimental), stratum -> Z, large in favor of the experimental arm.

All four are arrays of one length, one element a subject; Z is NaN where it cannot be had."""


class LookFrame(NamedTuple):
    """What one look of one virtual trial shows of a hypothesis' two arms.

    time : days; event : whether it was seen by then; arm : 1 experimental, 0 control
    stratum : number of the randomization stratum
    """

    trial: int
    hypothesis: str
    look: str
    time: Ints
    event: Bools
    arm: SmallInts
    stratum: SmallInts

    def to_frame(self) -> pl.DataFrame:
        """One row a subject: arm, stratum, time, event."""
        return pl.DataFrame({n: getattr(self, n) for n in ("arm", "stratum", "time", "event")})


class _Place(NamedTuple):
    """A reading of a time to event, with the test that is to read it."""

    reading: int
    hypothesis: str
    look: str
    test: OwnTest | None


def looks_shown(scenario: Scenario, *, trials: int, seed: int) -> Iterator[LookFrame]:
    """Each look of each trial, in order."""
    plan = _by_stratum(scenario)
    held = _held(scenario, plan, seed=seed, start=0, trials=trials)
    bench, out = batch.empty_bench(plan, 1), frames.empty_columns(plan.world.subjects)
    places = _places(scenario, None)
    for trial in range(trials):
        batch.draw(plan, bench, seed, trial)
        for place in places:
            m = frames.show(plan, bench, place.reading, _cut(plan, held, trial, place), out)
            yield LookFrame(trial, place.hypothesis, place.look, *out.first(m))


def with_tests(scenario: Scenario, test: OwnTest | Mapping[str, OwnTest]) -> Scenario:
    """The scenario under a name that says which functions test it."""
    named = {place.hypothesis: _name(place.test) for place in _places(scenario, test) if place.test}
    said = ", ".join(f"{hypothesis} tested by {name}" for hypothesis, name in named.items())
    return replace(scenario, name=f"{scenario.name}; {said}")


def on_own_tests(
    test: OwnTest | Mapping[str, OwnTest], runner: Callable[[Any], Runner], keep: Path | None
) -> Runner:
    """A runner whose looks are read by functions.

    runner : makes a runner of what does one chunk, on the threads that are asked for
    """

    def one(task: Task, chunk: int) -> Tally:
        start, trials = task.span(chunk)
        done = _batch(task.scenario, test, seed=task.seed, start=start, trials=trials)
        if keep is not None:
            write_rows(task.scenario, done, keep / task.file(chunk))
        return tallies.count(task.scenario, done.held, done.found, done.decisions)

    def in_turn(task: Task, chunks: Sequence[int]) -> Done:
        for chunk in chunks:
            yield chunk, one(task, chunk)

    every = test.values() if isinstance(test, Mapping) else [test]
    return runner(one) if all(map(is_compiled, every)) else in_turn


def is_compiled(test: OwnTest) -> bool:
    """Whether it is a function of numba."""
    return hasattr(test, "py_func") and hasattr(test, "signatures")


def _batch(
    scenario: Scenario, test: OwnTest | Mapping[str, OwnTest], *, seed: int, start: int, trials: int
) -> Batch:
    plan = _by_stratum(scenario)
    bench = batch.empty_bench(scenario.plan)
    held = empty_looks(trials, len(scenario.look_names))
    found = empty_readouts(trials, len(scenario.readings.look))
    batch.run(scenario.plan, bench, seed, start, held, found)
    for place in _places(scenario, test):
        if place.test is not None:
            _read(plan, bench, held, place, seed, start, found.z)
    return Batch(start, held, found, decide(scenario, found, held.day))


def _read(
    plan: TrialPlan, bench: Bench, held: LooksHeld, place: _Place, seed: int, start: int, z: Floats
) -> None:
    """Z of one reading of every trial of a batch."""
    out = frames.empty_columns(plan.world.subjects)
    assert place.test is not None
    if is_compiled(place.test):
        wanted = np.array([place.reading])
        try:
            frames.apply(plan, bench, seed, start, held, wanted, out, place.test, z)
        except NumbaError as refusal:
            told = f"{_name(place.test)}: numba cannot compile it for a look: {refusal}"
            raise InputError(told) from None
        return
    bench = bench.first(1)
    for i in range(len(z)):
        batch.draw(plan, bench, seed, start + i)
        m = frames.show(plan, bench, place.reading, _cut(plan, held, i, place), out)
        found = place.test(*out.first(m))
        if not isinstance(found, int | float | np.floating):
            kind = type(found).__name__
            raise InputError(f"{_name(place.test)} gave a {kind}; expected Z, a number")
        z[i, place.reading] = -float(found)


def _places(scenario: Scenario, test: OwnTest | Mapping[str, OwnTest] | None) -> list[_Place]:
    """The readings of times to event. Raises InputError for a hypothesis that has none."""
    readings = scenario.readings
    named = {h.name: h for h in scenario.hypotheses}
    of_time = {k: h for k, h in named.items() if readings.method[h.readings[0]] < SCORE}
    tests = test if isinstance(test, Mapping) else dict.fromkeys(of_time, test)
    for name in (*tests, *(() if of_time else ("any hypothesis",))):
        if name not in of_time:
            known = ", ".join(of_time) or "none"
            told = f"a test of one's own for {name}: expected a hypothesis about a time to event"
            raise InputError(f"{told}, of which there are: {known}{did_you_mean(name, of_time)}")
    return [
        _Place(r, name, scenario.look_names[readings.look[r]], tests.get(name))
        for name, h in of_time.items()
        for r in h.readings
    ]


def _by_stratum(scenario: Scenario) -> TrialPlan:
    """The plan with every reading by stratum, since a function is shown the strata."""
    readings = scenario.readings._replace(stratified=np.ones_like(scenario.readings.stratified))
    return scenario.plan._replace(readings=readings)


def _held(scenario: Scenario, plan: TrialPlan, *, seed: int, start: int, trials: int) -> LooksHeld:
    held = empty_looks(trials, len(scenario.look_names))
    found = empty_readouts(trials, len(scenario.readings.look))
    batch.run(scenario.plan, batch.empty_bench(plan), seed, start, held, found)
    return held


def _cut(plan: TrialPlan, held: LooksHeld, i: int, place: _Place) -> Cut:
    k = plan.readings.look[place.reading]
    return Cut(held.day[i : i + 1, k], held.entered[i : i + 1, k])


def _name(test: OwnTest | None) -> str:
    return str(getattr(test, "__name__", type(test).__name__))
