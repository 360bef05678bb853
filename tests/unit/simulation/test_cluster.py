"""Dask on this machine gives what threads give."""

import pytest

import equipoise
from equipoise.errors import InputError
from equipoise.simulation.operating.cluster import on_dask
from equipoise.simulation.operating.task import CHUNK
from support.roads import TRUTH, variant

TRIALS = 5 * CHUNK + 3


def test_two_processes_and_one_thread_have_one_digest():
    pytest.importorskip("distributed", reason="Dask distributed is not installed")
    there = equipoise.simulate(variant(6), truth=TRUTH, trials=TRIALS, seed=2, cluster="local:2")
    here = equipoise.simulate(variant(6), truth=TRUTH, trials=TRIALS, seed=2)
    assert there.digest == here.digest


def test_an_address_is_checked():
    with pytest.raises(InputError, match="expected local:N or tcp"):
        on_dask("locally")
