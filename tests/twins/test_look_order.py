"""Looks that interleave: held in their order and decided as they come, alike on every road."""

import pytest

from support.interleaved import DESIGNS, TRIALS, differences, look_days, plan, waiting
from support.roads import kernel_road


@pytest.mark.parametrize("name", DESIGNS)
def test_both_roads_hold_and_decide_them_alike(name):
    assert differences(name) == []


def test_a_look_with_another_waits_for_the_one_before_it():
    later = 0
    for trial in TRIALS:
        days = look_days(waiting(), trial=trial)
        assert all(len(set(of)) == 1 for of in days.values())
        assert days["OS final"][0] == max(days["OS first"][0], days["PFS final"][0])
        later += days["OS final"][0] > days["PFS final"][0]
    assert later


def test_the_looks_do_interleave():
    """Were one hypothesis always decided before the other, nothing would be told here."""
    orders = set()
    for name in DESIGNS:
        for trial in TRIALS:
            said = kernel_road(plan(name), seed=8, trial=trial)
            days = sorted((v, k[1], k[2]) for k, v in said.items() if k[0] == "date")
            orders.add(tuple((h, look) for _, h, look in days))
    assert len(orders) > 1
