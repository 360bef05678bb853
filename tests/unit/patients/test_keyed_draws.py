"""Draws for many people are the draws of each one's own stream."""

import numpy as np

from equipoise.patients.keyed_draws import choose, normals, subject_keys, uniforms
from equipoise.streams import Stream


def test_uniforms_are_those_of_the_stream():
    keys = subject_keys(np.array([0, 41, 7]), seed=5, trial=3)
    drawn = uniforms(keys, "visit:scan", numbers=4)
    for row, subject in enumerate((0, 41, 7)):
        stream = Stream.of(seed=5, trial=3, subject=subject, purpose="visit:scan")
        assert [stream.uniform() for _ in range(4)] == drawn[row].tolist()


def test_a_draw_can_be_made_without_the_ones_before_it():
    keys = subject_keys(np.arange(3), seed=1, trial=0)
    some = uniforms(keys, "p", numbers=np.array([[7], [2], [0]]))
    every = uniforms(keys, "p", numbers=8)
    assert some[:, 0].tolist() == [every[0, 7], every[1, 2], every[2, 0]]


def test_normals_have_mean_zero_and_sd_one():
    z = normals(subject_keys(np.arange(20_000), seed=2, trial=0), "height")
    assert abs(z.mean()) < 4 / np.sqrt(20_000)
    assert abs(z.std() - 1) < 4 / np.sqrt(40_000)


def test_choose_takes_shares_that_do_not_sum_to_one():
    draws = np.array([0.1, 0.49, 0.51, 0.99])
    assert choose({"a": 1.0, "b": 1.0}, draws).tolist() == [0, 0, 1, 1]
