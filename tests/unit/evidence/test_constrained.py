"""Published figures as a constraint: taken where asked, printed where they cannot be met."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.survival import kaplan_meier
from equipoise.errors import InputError
from equipoise.evidence.constrained import Aim
from equipoise.evidence.reconstruct import reconstruct
from support import printed_trials as printed


def tables(number):
    """A trial of which numbers at risk are not known, and its tables."""
    arms = printed.trial(number)
    risk = printed.only_at_zero(printed.at_risk(arms))
    return arms, printed.clicked(arms, 100, 0.003, number), risk


def rebuilt(number, **more):
    arms, curve, risk = tables(number)
    return arms, reconstruct(curve, at_risk=risk, **more)


def ratio(found):
    return float(found.contrasts[0].cox.hr[0])


def test_a_hazard_ratio_is_met():
    _, free = rebuilt(4)
    low, high = free.contrasts[0].read_limits
    for told in (round(low + 0.25 * (high - low), 2), round(high - 0.25 * (high - low), 2)):
        _, found = rebuilt(4, hazard_ratio=told, constrain=True)
        assert ratio(found) == pytest.approx(told, abs=0.005)
        assert found.constrained
        assert not any("hazard ratio" in note and "closest" in note for note in found.notes)
        for arm, before in zip(found.arms, free.arms, strict=True):
            assert all(row.published == row.found for row in arm.at_risk)
            assert arm.rmse < 2 * before.rmse


def test_without_asking_nothing_is_used():
    _, free = rebuilt(4)
    _, beside = rebuilt(4, hazard_ratio=round(ratio(free) + 0.02, 2))
    assert beside.rows() == free.rows()


def test_medians_and_p_are_met():
    _, free = rebuilt(4)
    medians = [kaplan_meier(*draw).median.estimate for draw in free.arms[0].draws]
    told = float(np.quantile(medians, 0.8))
    _, found = rebuilt(4, median={"control": told}, constrain=True)
    assert found.arms[0].median == pytest.approx(told, rel=0.011)
    p = free.contrasts[0].logrank.p * 1.1
    _, found = rebuilt(4, p=p, constrain=True)
    assert found.contrasts[0].logrank.p == pytest.approx(p, rel=0.06)


def test_what_nothing_can_meet_is_told():
    _, found = rebuilt(4, hazard_ratio=0.2, constrain=True)
    assert any("the closest that fits, 0.2 published" in note for note in found.notes)


def test_a_constraint_needs_something_published_and_draws():
    with pytest.raises(InputError, match="expected a published hazard ratio"):
        rebuilt(4, constrain=True)
    with pytest.raises(InputError, match="expected method likely"):
        rebuilt(4, constrain=True, hazard_ratio=0.8, method="guyot")


def test_a_miss_by_hand():
    # off by one rounding unit each: 0.005 of 0.5, and 5% of P
    aim = Aim(0.5, 0.02)
    assert aim.miss(np.log(0.5) + 0.01, np.log(0.02) - 0.05) == pytest.approx(2.0)
    assert Aim(None, 0.02).miss(99.0, np.log(0.02)) == 0.0
