"""The verb: what it takes, and what it refuses."""

from concurrent.futures import ALL_COMPLETED

import pytest

import equipoise
from equipoise.errors import InputError
from equipoise.simulation.operating import batches
from support.roads import TRUTH, variant


def test_read_at_visits_makes_progression_later():
    at_visits, on_the_day = (
        equipoise.simulate(variant(0), truth=TRUTH, trials=200, seed=1, read_at_visits=flag)
        for flag in (True, False)
    )
    day = [f.value("day", look="PFS final").value for f in (at_visits, on_the_day)]
    assert day[0] > day[1]


def test_watch_is_told_of_every_trial():
    seen = []
    equipoise.simulate(variant(0), truth=TRUTH, trials=9000, seed=1, workers=1, watch=seen.append)
    assert seen == [4096, 8192, 9000]


def test_chunks_that_end_together_are_told_in_order(monkeypatch):
    monkeypatch.setattr(batches, "FIRST_COMPLETED", ALL_COMPLETED)
    told = batches.on_threads(8, by=lambda _, chunk: chunk)(None, range(32))
    assert list(told) == [(chunk, chunk) for chunk in range(32)]


def test_the_noun_is_one_line():
    found = equipoise.simulate(variant(0), truth=TRUTH, trials=50, seed=1)
    assert repr(found).startswith("Operating  so: 50 trials, power PFS 0.")


def test_a_seed_and_trials_are_checked():
    with pytest.raises(InputError, match="trials: found 0"):
        equipoise.simulate(variant(0), truth=TRUTH, trials=0, seed=1)
    with pytest.raises(InputError, match="there is no truth"):
        equipoise.simulate(variant(0), truth="sow", trials=1, seed=1)
