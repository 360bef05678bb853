"""What no number of workers, no chunk and no other trial may change."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import equipoise
from equipoise.simulation.kernel.tally import add
from equipoise.simulation.operating import task as tasks
from equipoise.simulation.operating.batches import run_batch, run_chunk, simulate_scenario
from support.roads import TRUTH, variant
from support.trials import small

TRIALS = 3 * tasks.CHUNK + 17
ROUNDING = 1e-9


def test_one_worker_or_two_the_same_digest():
    one, two = (
        equipoise.simulate(variant(6), truth=TRUTH, trials=TRIALS, seed=9, workers=w)
        for w in (1, 2)
    )
    assert one.digest == two.digest
    assert one.to_dict() == two.to_dict()


def test_another_seed_is_another_digest():
    found = {simulate_scenario(small(0), trials=100, seed=s).digest for s in (1, 2)}
    assert len(found) == 2


@pytest.mark.parametrize("number", [1, 6])
def test_a_trial_does_not_depend_on_those_run_with_it(number):
    whole = run_batch(small(number), seed=4, start=0, trials=60)
    for start, trials in ((0, 1), (0, 23), (23, 30), (53, 7)):
        part = run_batch(small(number), seed=4, start=start, trials=trials)
        fields = ((*b.held, *b.found, *b.decisions) for b in (part, whole))
        for one, other in zip(*fields, strict=True):
            np.testing.assert_array_equal(one, other[start : start + trials])


def test_chunks_may_be_of_any_size(monkeypatch):
    expected = simulate_scenario(small(1), trials=1000, seed=2)
    monkeypatch.setattr(tasks, "CHUNK", 77)
    assert simulate_scenario(small(1), trials=1000, seed=2).digest == expected.digest


def test_tallies_add_in_any_order():
    task = tasks.Task(small(3), 2 * tasks.CHUNK + 5, 8)
    a, b, c = (run_chunk(task, chunk) for chunk in range(3))
    for one, other in zip(add(add(a, b), c), add(c, add(b, a))):
        np.testing.assert_array_equal(one, other)


def test_fewer_trials_are_the_first_of_more(tmp_path):
    for name, trials in (("few", 40), ("many", 90)):
        plan = variant(3)
        equipoise.simulate(plan, truth=TRUTH, trials=trials, seed=1, keep=tmp_path / name)
    few, more = (pl.read_parquet(tmp_path / name / "*.parquet") for name in ("few", "many"))
    assert few.equals(more.filter(pl.col("trial") < 40))
    assert more["trial"].n_unique() == 90


@pytest.mark.parametrize("number", [0, 1, 6, 11])
def test_swapping_the_arms_negates(number):
    scenario = small(number)
    swapped = replace(
        scenario,
        readings=scenario.readings._replace(pair=scenario.readings.pair[:, ::-1].copy()),
    )
    one, other = (run_batch(s, seed=6, start=0, trials=50) for s in (scenario, swapped))
    np.testing.assert_array_equal(one.held, other.held)
    np.testing.assert_array_equal(one.found.events_0, other.found.events_1)
    for field in ("z", "estimate"):
        a, b = (getattr(batch.found, field) for batch in (one, other))
        np.testing.assert_allclose(a, -b, rtol=ROUNDING, atol=ROUNDING)


def test_an_arm_that_does_better_has_a_negative_z_and_log_hazard_ratio():
    found = run_batch(small(8), seed=1, start=0, trials=400).found
    assert np.nanmean(found.z[:, 0]) < 0
    assert np.nanmean(found.estimate[:, 0]) < 0
