"""Who responds is what scans show, subject by subject, on every road."""

import pytest

from support.responders import (
    SETTINGS,
    kernel_responders,
    object_responders,
    plain_responders,
    plan_of,
    unrecorded_responders,
)


@pytest.mark.parametrize("name", SETTINGS)
def test_arrays_find_the_responders_of_the_plain_twin_and_of_scans(name):
    plan = plan_of(name)
    for trial in range(12):
        found = kernel_responders(plan, seed=3, trial=trial)
        assert found == plain_responders(plan, seed=3, trial=trial)
        assert found == unrecorded_responders(plan, seed=3, trial=trial)
        assert found[500]


@pytest.mark.parametrize("name", SETTINGS)
def test_arrays_find_the_responders_of_the_records(name):
    plan = plan_of(name)
    for trial in (0, 1):
        assert kernel_responders(plan, seed=5, trial=trial) == object_responders(
            plan, seed=5, trial=trial
        )
