"""`fairness`: what an allocation gives away, how well it balances, and the error of the test."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from equipoise.allocation.golive import against_going_live
from equipoise.allocation.guessing import guessing
from equipoise.allocation.procedure import block_sizes, procedure_of
from equipoise.arrays import Floats, Ints
from equipoise.errors import InputError
from equipoise.kernels.cohort import World
from equipoise.kernels.trials.balance import balance
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import AllocationPlan
from equipoise.simulation.fairness.methods_beside import Candidate, candidates
from equipoise.simulation.fairness.no_effect import without_effect
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.operating.batches import on_threads, simulate_scenario
from equipoise.simulation.operating.cores import cores


@dataclass(frozen=True, slots=True)
class MethodFairness:
    """One method.

    guessed, forced : shares of allocations that an observer guesses right, and is sure of; exact in
        the long run, but for minimization, where they are those of the virtual trials
    apart_sd, apart_mean, apart_most : of the difference between the arms over all strata; with more
        than two arms or an unequal ratio, of the largest less the smallest, each by its share
    in_stratum : the largest difference in any stratum, at any time
    error : how often the planned test rejects where no arm differs, and its Monte Carlo error
    """

    name: str
    is_the_protocols: bool
    guessed: float | None
    forced: float | None
    apart_sd: float
    apart_mean: float
    apart_most: float
    in_stratum: float
    error: float | None
    error_se: float | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """The methods side by side, under the strata of one truth.

    refused : why the protocol's own method should not go live
    """

    trial: str
    truth: str
    subjects: int
    strata: int
    trials: int
    seed: int
    tested: str
    methods: tuple[MethodFairness, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __repr__(self) -> str:
        own = self.methods[0]
        guessed = "not known" if own.guessed is None else f"{own.guessed:.4f}"
        return f"Fairness  {self.trial}: {own.name}, guessed {guessed}, SD {own.apart_sd:.2f}"


def fairness(protocol: Protocol, *, truth: str, trials: int, seed: int) -> Fairness:
    """The protocol's method of allocation beside others.

    truth : whose strata the subjects have
    Raises   InputError if there is no such truth, or it does not fit the protocol.
    Checked  tests/unit/simulation/test_fairness.py, against exact and published values.
    """
    where = setting(protocol, truth=truth)
    scenario, note = _without_effect(protocol, truth)
    found = tuple(
        _method(one, where.world, scenario, trials=trials, seed=seed)
        for one in candidates(protocol.allocation)
    )
    return Fairness(
        trial=protocol.trial.id,
        truth=truth,
        subjects=where.world.subjects,
        strata=len(where.strata),
        trials=trials,
        seed=seed,
        tested=scenario.hypotheses[0].name if scenario is not None else "",
        methods=found,
        refused=tuple(against_going_live(protocol.allocation)),
        notes=(note,) if note else (),
    )


def _without_effect(protocol: Protocol, truth: str) -> tuple[Scenario | None, str]:
    try:
        return scenario_from(without_effect(protocol, truth), truth=truth), ""
    except InputError as problem:
        return None, f"the planned test is not simulated: {problem}"


def _by(world: World, plan: AllocationPlan) -> World:
    """The same trials allocated by another method."""
    sizes = np.array(block_sizes(plan), dtype=np.int64)
    return world._replace(procedure=procedure_of(plan), block_sizes=sizes)


def _method(
    one: Candidate, world: World, scenario: Scenario | None, *, trials: int, seed: int
) -> MethodFairness:
    drawn = _by(world, one.plan)
    counts, in_stratum, guessed = balance(drawn, seed=seed, trials=trials)
    exact = guessing(one.plan)
    apart = _apart(counts, one.plan.ratios)
    error, error_se = _rejects(one.plan, scenario, trials=trials, seed=seed)
    simulated = float(guessed.mean())
    return MethodFairness(
        name=one.name,
        is_the_protocols=one.is_the_protocols,
        guessed=float(exact.guess) if exact else None if np.isnan(simulated) else simulated,
        forced=float(exact.forced) if exact else _never_forced(one.plan),
        apart_sd=float(np.sqrt(np.mean(apart**2))),
        apart_mean=float(np.abs(apart).mean()),
        apart_most=float(np.abs(apart).max()),
        in_stratum=float(in_stratum.max()),
        error=error,
        error_se=error_se,
    )


def _apart(counts: Ints, ratio: tuple[int, ...]) -> Floats:
    """(trials,) how far the arms stand apart at the end; with a sign where there are two."""
    shares = counts / np.array(ratio)
    if len(ratio) == 2:
        return np.asarray(shares[:, 1] - shares[:, 0])
    return np.asarray(shares.max(axis=1) - shares.min(axis=1))


def _never_forced(plan: AllocationPlan) -> float | None:
    asked = plan.minimization
    return 0.0 if plan.method == "minimization" and asked and asked.probability < 1 else None


def _rejects(
    plan: AllocationPlan, scenario: Scenario | None, *, trials: int, seed: int
) -> tuple[float | None, float | None]:
    if scenario is None:
        return None, None
    drawn = replace(scenario, world=_by(scenario.world, plan))
    found = simulate_scenario(drawn, trials=trials, seed=seed, runner=on_threads(cores()))
    row = found.value("rejected", hypothesis=scenario.hypotheses[0].name)
    return row.value, row.error
