"""The object road and the kernel road: one seed, one answer, in every bit."""

import pytest

from support.roads import COUNT, kernel_road, object_road, variant


@pytest.mark.parametrize("number", range(COUNT))
def test_both_roads_say_the_same(number):
    plan = variant(number)
    assert object_road(plan, seed=number, trial=number) == kernel_road(
        plan, seed=number, trial=number
    )
