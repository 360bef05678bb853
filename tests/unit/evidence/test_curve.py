"""Points of a printed curve: order, limits, falling, and how they were read."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.evidence.curve import cleaned, drops_of, median_of, way_of_reading


def points(time, survival):
    return cleaned(np.array(time, float), np.array(survival, float))


def test_points_come_in_order_and_start_at_one():
    found = points([3, 1], [0.5, 0.9])
    assert found.time.tolist() == [0, 1, 3]
    assert found.survival.tolist() == [1, 0.9, 0.5]


def test_reading_errors_are_evened_out_not_pulled_down():
    found = points([0, 1, 2, 3], [1, 0.80, 0.82, 0.6])
    assert found.survival.tolist() == pytest.approx([1, 0.81, 0.81, 0.6])
    assert found.moved.tolist() == pytest.approx([0, 0.01, -0.01, 0])


def test_a_point_above_one_is_one():
    assert points([0, 1], [1.01, 0.9]).survival.tolist() == [1, 0.9]


def test_a_vertical_line_keeps_its_two_ends():
    found = points([0, 2, 2, 2, 3], [1, 1, 0.9, 0.8, 0.8])
    assert found.time.tolist() == [0, 2, 2, 3]
    assert found.survival.tolist() == [1, 1, 0.8, 0.8]
    drops = drops_of(found, np.array([0.0]), reading="samples")
    assert drops.after[drops.survival < 1][0] == 2


@pytest.mark.parametrize(
    ("time", "survival", "way"),
    [
        ([0, 1, 4, 5, 9], [1, 0.9, 0.8, 0.7, 0.6], "steps"),
        ([0, 1, 4, 5, 9, 20], [1, 0.9, 0.8, 0.7, 0.6, 0.6], "steps"),
        ([0, 1, 2, 3, 4], [1, 0.9, 0.8, 0.7, 0.6], "samples"),
        ([0, 1.01, 1.99, 3, 4], [1, 0.9, 0.8, 0.7, 0.6], "samples"),
        ([0, 1, 4, 5, 9], [1, 1, 0.8, 0.8, 0.6], "samples"),
        ([0, 5], [1, 1], "samples"),
    ],
)
def test_how_the_points_were_read(time, survival, way):
    assert way_of_reading(points(time, survival)) == way


def test_no_drop_crosses_a_number_at_risk():
    drops = drops_of(points([0, 2, 4], [1, 0.9, 0.5]), np.array([0.0, 3.0]), reading="samples")
    assert drops.after.tolist() == [0, 2, 3]
    assert drops.time.tolist() == [2, 3, 4]
    assert drops.survival.tolist() == pytest.approx([0.9, 0.7, 0.5])


def test_no_median_above_one_half():
    assert median_of(drops_of(points([0, 2], [1, 0.6]), np.array([0.0]), reading="steps")) is None
