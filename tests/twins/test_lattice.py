"""The lattice against its plain twin; pasts that are drawn against their weights."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from equipoise.kernels.lattice import lattice
from equipoise.kernels.lattice_plain import lattice_plain
from equipoise.kernels.lattice_weights import FALLS, FREE, MAY, Nodes
from equipoise.kernels.pasts import drawn, mean_past, nearest

SAME = 1e-9


def random_nodes(seed, *, steps):
    rng = np.random.default_rng(seed)
    count, subjects = 5, 12
    goal = np.sort(rng.uniform(0.2, 0.95, count))[::-1].copy()
    required = np.full(count, FREE)
    required[2] = rng.integers(4, 9)
    read = required == FREE
    if steps:
        events, hazard = np.where(read, FALLS, 0), np.full(count, np.log(0.2))
    else:
        events, hazard = np.full(count, MAY), rng.uniform(0.05, 0.4, count)
    precise = np.where(read, 1 / (2 * 0.05**2), 0.0)
    marked = rng.integers(0, 3, count) if seed % 2 else np.zeros(count, np.int64)
    return subjects, Nodes(
        goal, precise, required, rng.uniform(0, 2, count), marked, events, hazard
    )


def compared(seed, steps, followed):
    subjects, nodes = random_nodes(seed, steps=steps)
    found = lattice(subjects, nodes, followed, np.inf)
    plain = lattice_plain(subjects, nodes, followed)
    for k, states in enumerate(plain):
        at = range(found.first[k], found.first[k + 1])
        own = {(int(found.states.at_risk[j]), int(found.states.died[j])): j for j in at}
        assert own.keys() == states.keys()
        for key, j in own.items():
            assert found.states.weight[j] == pytest.approx(states[key].weight, abs=SAME)
            assert found.states.height[j] == pytest.approx(states[key].height, abs=SAME)


@pytest.mark.parametrize("steps", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_the_twins_agree(seed, steps):
    compared(seed, steps, seed % 2)


def test_pasts_are_drawn_by_their_weight():
    subjects, nodes = random_nodes(3, steps=False)
    found = lattice(subjects, nodes, 0, np.inf)
    end = int(found.first[-2] + np.argmax(found.states.weight[found.first[-2] :]))
    into = np.flatnonzero(found.edges.target == end)
    weight = found.states.weight[found.edges.origin[into]] + found.edges.weight[into]
    share = np.exp(weight - np.logaddexp.reduce(weight))
    rng = np.random.default_rng(5)
    draws = 4000
    seen = Counter(int(drawn(found, end, rng.random(5))[-2]) for _ in range(draws))
    four_errors = 4 * np.sqrt(0.25 / draws)
    for state, expected in zip(found.edges.origin[into], share, strict=True):
        assert seen[int(state)] / draws == pytest.approx(expected, abs=four_errors)


def test_the_mean_past_is_that_of_many_drawn():
    subjects, nodes = random_nodes(3, steps=False)
    found = lattice(subjects, nodes, 0, np.inf)
    first = int(found.first[-2])
    ends = np.exp(found.states.weight[first:] - np.logaddexp.reduce(found.states.weight[first:]))
    rng = np.random.default_rng(6)
    draws = 4000
    last = first + rng.choice(len(ends), draws, p=ends / ends.sum())
    paths = np.array([drawn(found, int(end), rng.random(5)) for end in last])
    mean = mean_past(found, ends)
    for column, values in enumerate((found.states.at_risk[paths], found.states.died[paths])):
        four_errors = 4 * values.std(axis=0) / np.sqrt(draws) + SAME
        assert (np.abs(values.mean(axis=0) - mean[:, column]) <= four_errors).all()


def test_the_nearest_past_of_a_past_is_itself():
    subjects, nodes = random_nodes(4, steps=True)
    found = lattice(subjects, nodes, 0, np.inf)
    last = found.first[-1] - found.first[-2]
    path = drawn(found, int(found.first[-2]), np.full(5, 0.5))
    n, e = found.states.at_risk[path].astype(float), found.states.died[path].astype(float)
    assert nearest(found, np.zeros(last), n, e, 0.0).tolist() == path.tolist()


def test_what_weighs_little_is_left():
    subjects, nodes = random_nodes(2, steps=False)
    some, full = (lattice(subjects, nodes, 0, kept) for kept in (3.0, np.inf))
    assert len(some.states.died) < len(full.states.died)
    for k in range(1, 6):
        weight = some.states.weight[some.first[k] : some.first[k + 1]]
        assert weight.min() >= weight.max() - 3.0
