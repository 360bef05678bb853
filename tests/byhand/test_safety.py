"""Onset and exposure-adjusted rates of six subjects."""

from __future__ import annotations

import math

import pytest

from equipoise.analysis.safety import rates
from equipoise.errors import InputError

NAN = math.nan


def test_onset():
    """Subject 3's event comes after the end of its time at risk and does not count."""
    found = rates.onset([5, NAN, 30, 0, NAN, 10], [20, 20, 25, 7, 9, 10])
    assert found.time.tolist() == [5, 20, 25, 0, 9, 10]
    assert found.event.tolist() == [True, False, False, True, False, True]


def test_exposure_adjusted_rate():
    """3 subjects with an event in 5 + 20 + 25 + 0 + 9 + 10 = 69 days: 4.348 per 100 days."""
    found = rates.onset([5, NAN, 30, 0, NAN, 10], [20, 20, 25, 7, 9, 10])
    assert rates.exposure_adjusted(found, unit=100).estimate == pytest.approx(100 * 3 / 69)


def test_no_event():
    """Garwood: exp(-upper) = 0.025."""
    found = rates.poisson_rate(0, 2.0)
    assert found == pytest.approx((0, 0, -math.log(0.025) / 2))
    assert rates.rate_ratio(0, 1, 0, 1).p == 1
    assert math.isnan(rates.rate_ratio(0, 1, 0, 1).estimate)
    assert rates.rate_ratio(3, 1, 0, 1).estimate == math.inf


def test_rate_difference_is_symmetric():
    found, mirrored = rates.rate_difference(4, 10, 1, 8), rates.rate_difference(1, 8, 4, 10)
    assert found.estimate == pytest.approx(4 / 10 - 1 / 8)
    assert (found.lower, found.upper) == pytest.approx((-mirrored.upper, -mirrored.lower))
    _, l1, u1 = rates.poisson_rate(4, 10)
    _, l2, u2 = rates.poisson_rate(1, 8)
    assert found.lower == pytest.approx(0.275 - math.sqrt((0.4 - l1) ** 2 + (u2 - 0.125) ** 2))
    assert found.upper == pytest.approx(0.275 + math.sqrt((u1 - 0.4) ** 2 + (0.125 - l2) ** 2))


@pytest.mark.parametrize(("events", "exposure"), [(-1, 1), (1.5, 1), (1, 0), (1, NAN)])
def test_impossible_rates(events, exposure):
    with pytest.raises(InputError, match="expected"):
        rates.poisson_rate(events, exposure)


def test_onset_says_which_row():
    with pytest.raises(InputError, match="row 2"):
        rates.onset([1, -1], [2, 2])
