"""Planted bugs that the oracle of negative binomial regression must notice."""

import importlib.util
from pathlib import Path

import pytest
from scipy.special import digamma

from equipoise.analysis.counts import negative_binomial as room

FILE = Path(__file__).parents[1] / "oracle" / "counts" / "test_negative_binomial.py"
SPEC = importlib.util.spec_from_file_location("negative_binomial_oracle", FILE)
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)


def check():
    oracle.test_as_glm_nb(["sex", "eth"], oracle.T, oracle.WITH_OFFSET)


def test_the_oracle_is_green():
    check()


def test_a_wrong_score_of_the_dispersion_is_noticed(monkeypatch):
    monkeypatch.setattr(room, "digamma", lambda v: digamma(v + 0.01))
    with pytest.raises(AssertionError):
        check()


def test_a_forgotten_offset_is_noticed(monkeypatch):
    means = room._means
    monkeypatch.setattr(room, "_means", lambda y, x, offset, theta: means(y, x, 0 * offset, theta))
    with pytest.raises(AssertionError):
        check()
