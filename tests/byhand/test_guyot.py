"""Six subjects rebuilt by hand.

Subjects: died at 1, 2, 4 and 5; censored at 4.5 and, the last, at 6. The publication shows

    time      0      1      2      4      5      6
    S         1    5/6    4/6    1/2    1/4    1/4       4/6 * 3/4 = 1/2; 1/2 * 1/2 = 1/4
    at risk   6      (at 3) 4                    1

0 to 3: two leave. None censored: 6 (1 - 5/6) = 1 death at 1; 5 (1 - 4/6 / (5/6)) = 1 at 2; 2
deaths, two left, exact. One censored, at 1.5: 1 death at 1, 4 (1 - 4/5) = 0.8, 1 death at 2
would make three; capped at one in all, S stays at 5/6, further from the curve. None it is.

3 to 6: three of four leave. None censored: 1 death at 4; at 5, 3 (1 - 1/2) = 1.5, rounded to 2:
three deaths, S = 1/2 * 1/3 = 1/6 where 1/4 is printed. One censored, at 4.5: 1 death at 4; 2 (1
- 1/2) = 1 at 5; S = 1/4, as printed. One it is.

From 6 on: one subject, no drop, censored at 6.
"""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.evidence.curve import cleaned, drops_of, median_of
from equipoise.evidence.guyot import AtRisk, cut, fall, reconstruct_arm

TIME = np.array([0.0, 1, 2, 4, 5, 6])
SURVIVAL = np.array([1, 5 / 6, 4 / 6, 1 / 2, 1 / 4, 1 / 4])
AT_RISK = AtRisk(np.array([0.0, 3, 6]), np.array([6, 4, 1]))
DROPS = drops_of(cleaned(TIME, SURVIVAL), AT_RISK.time, reading="steps")


def test_six_subjects():
    found = reconstruct_arm(DROPS, AT_RISK)
    assert found.time.tolist() == [1, 2, 4, 4.5, 5, 6]
    assert found.event.tolist() == [True, True, True, False, True, False]


def test_the_second_stretch_without_censoring():
    found = fall(cut(DROPS, 3.0, 6.0, 4, 4 / 6), 0, 4)
    assert found.events.tolist() == [1, 2]
    assert found.height == pytest.approx(1 / 6)
    assert found.distance == pytest.approx((1 / 4 - 1 / 6) ** 2)


def test_sampled_at_even_times():
    # read at 0, 3, 6 only: S = 1, 4/6, 1/4. Two deaths spread over 0 to 3: at 0.75 and
    # 2.25. Over 3 to 6, none censored: 4 (1 - 3/8) = 2.5, rounded to 2, so two of three
    # leave, not exact; one censored, gone by 6: 3 (1 - 3/8) = 1.875, 2 deaths, exact: at
    # 3.75 and 5.25, the censored between.
    at = np.array([0.0, 3, 6])
    points = cleaned(at, np.array([1, 4 / 6, 1 / 4]))
    found = reconstruct_arm(drops_of(points, at, reading="samples"), AT_RISK)
    assert found.time.tolist() == [0.75, 2.25, 3.75, 4.5, 5.25, 6]
    assert found.event.tolist() == [True, True, True, False, True, False]


def test_events_published_settle_the_end():
    # two at risk at 3 and nothing after; the curve falls from 1/2 to 1/4 at 4 and stays
    # to 5. At the rate before, none is censored: 2 (1 - 1/2) = 1 death at 4, the other
    # stays to 5. With only the two events before published: one censored, at 4, leaves 2
    # at risk there and a third event; two, at 3.5 and 4.5, leave one at risk, 1 (1 - 1/2)
    # = 0.5, rounded to none.
    time, s = np.array([0.0, 1, 2, 4, 5]), np.array([1, 3 / 4, 1 / 2, 1 / 4, 1 / 4])
    at_risk = AtRisk(np.array([0.0, 3]), np.array([4, 2]))
    drops = drops_of(cleaned(time, s), at_risk.time, reading="steps")
    free = reconstruct_arm(drops, at_risk)
    assert (free.time.tolist(), free.event.tolist()) == ([1, 2, 4, 5], [True, True, True, False])
    told = reconstruct_arm(drops, at_risk, events=2)
    assert told.event.sum() == 2
    assert told.time.tolist()[:2] == [1, 2]


def test_the_median_of_the_printed_curve():
    # exactly one half from 4 to 5: the middle
    assert median_of(DROPS) == 4.5
