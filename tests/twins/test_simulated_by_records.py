"""Trials through their records say what arrays say, trial by trial, where arrays know the test."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design.plan.plan import plan
from equipoise.kernels.trials.arrive import cohort
from equipoise.meaning.check import read_text
from equipoise.protocol.write.template import NON_INFERIORITY, start
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.hypotheses import beyond_arrays
from equipoise.simulation.object.trial_answers import trial_answers
from equipoise.simulation.operating.batches import run_batch
from equipoise.simulation.operating.by_records import simulate_by_records
from equipoise.simulation.simulate import simulate

AS_PLANNED = "as planned"
TRIALS = 6


def test_z_estimates_and_days_are_those_of_arrays() -> None:
    protocol = read_text(start(endpoint="time to event", per_arm=40))
    scenario = scenario_from(protocol, truth=AS_PLANNED)
    arrays = run_batch(scenario, seed=5, start=1, trials=TRIALS)
    design = plan(protocol)
    numbers = range(1, TRIALS + 1)
    found = trial_answers(protocol, design, truth=AS_PLANNED, seed=5, trials=numbers)
    for k in range(TRIALS):
        first = cohort(scenario.world, seed=5, trial=k + 1).entry.min()
        for r, look in enumerate(found[k]["PFS"].looks):
            assert look.z == pytest.approx(-arrays.found.z[k, r])
            assert look.day == arrays.held.day[k, r] - first + 1
            # the estimator of the protocol is the stratified Cox model, as that of arrays
            assert look.estimate == pytest.approx(np.exp(arrays.found.estimate[k, r]))


def test_trials_together_answer_as_each_alone() -> None:
    """Of three, two never come to the final look."""
    text = start(endpoint="time to event", per_arm=40).replace("52 events", "68 events")
    protocol = read_text(text)
    asked = {"truth": AS_PLANNED, "seed": 5}
    together = trial_answers(protocol, plan(protocol), trials=(1, 2, 3), **asked)
    alone = [trial_answers(protocol, plan(protocol), trials=[k], **asked)[0] for k in (1, 2, 3)]
    assert together == alone
    assert [one["PFS"].looks[1].day is None for one in together] == [False, True, True]


def test_the_shares_are_those_of_the_trials() -> None:
    protocol = read_text(start(endpoint="continuous", framework=NON_INFERIORITY, per_arm=40))
    assert beyond_arrays(protocol, truth=AS_PLANNED) == ("design.CHANGE: cannot simulate a margin",)
    found = simulate(protocol, truth=AS_PLANNED, trials=TRIALS, seed=5)
    design = plan(protocol)
    ones = [
        trial_answers(protocol, design, truth=AS_PLANNED, seed=5, trials=[k])[0]["CHANGE"]
        for k in range(1, TRIALS + 1)
    ]
    shown = [one.decision == "stop for efficacy" for one in ones]
    estimates = [one.looks[0].estimate for one in ones]
    assert found.value("power", hypothesis="CHANGE").value == sum(shown) / TRIALS
    at = {"hypothesis": "CHANGE", "look": "CHANGE final"}
    assert found.value("estimate", **at).value == pytest.approx(np.mean(estimates))
    assert found.value("estimable", **at).value == 1.0
    assert found.beyond_arrays


def test_other_processes_give_the_same_rows() -> None:
    protocol = read_text(start(endpoint="count", per_arm=20))
    why = beyond_arrays(protocol, truth=AS_PLANNED)
    one, two = (
        simulate_by_records(protocol, truth=AS_PLANNED, trials=10, seed=5, why=why, workers=workers)
        for workers in (1, 2)
    )
    assert one.rows == two.rows
    assert one.digest == two.digest
