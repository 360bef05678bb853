"""Subjects allocated anew by the method, the order and the covariates of their trial."""

import numpy as np
import pytest

from equipoise import streams
from equipoise.allocation.procedure import block_sizes, procedure_of
from equipoise.allocation.redraw import redraw_purpose, redrawn, stratum_numbers
from equipoise.errors import InputError
from equipoise.kernels.procedures import allocate_plain
from equipoise.protocol.model import AllocationPlan

STRATA = {"SEX": ["F", "M"], "SITE": ["a", "b", "c"]}
PLANS = {
    "permuted blocks": {"blocks": [4, 6]},
    "block urn": {"blocks": [6]},
    "complete": {"ratio": "2:1"},
    "biased coin": {"probability": "2/3"},
    "big stick": {"limit": 3},
    "minimization": {"minimization": {"measure": "range", "probability": "80%"}},
}


def plan(method, **more):
    return AllocationPlan.model_validate(
        {"method": method, "strata": STRATA, **PLANS[method], **more}
    )


@pytest.mark.parametrize("method", PLANS)
def test_they_are_drawn_as_the_definition_says(method):
    of = plan(method)
    strata = np.random.default_rng(2).integers(0, 6, 80)
    expected = allocate_plain(
        procedure_of(of)._replace(purpose=redraw_purpose("minimization")),
        ratio=of.ratios,
        sizes=block_sizes(of),
        purposes=[redraw_purpose(f"block:{s}") for s in range(6)],
        key=streams.subject_key(streams.trial_key(5, 3), -1),
        strata=strata.tolist(),
    )
    assert redrawn(of, strata, seed=5, number=3).tolist() == expected
    assert redrawn(of, strata, seed=5, number=4).tolist() != expected


def test_what_cannot_come_by_a_method_never_comes():
    strata = np.repeat(np.arange(6), 30)
    for number in range(50):
        arm = redrawn(plan("big stick"), strata, seed=1, number=number)
        apart = np.abs(np.cumsum(1 - 2 * arm.reshape(6, 30), axis=1))
        assert apart.max() <= 3


def test_strata_are_numbered_in_the_order_of_the_protocol():
    of = plan("complete")
    assert stratum_numbers(of, [("F", "a"), ("M", "c"), ("F", "b")]).tolist() == [0, 5, 1]
    with pytest.raises(InputError, match="there is no stratum 'F, x' of SEX, SITE"):
        stratum_numbers(of, [("F", "x")])


@pytest.mark.parametrize("method", ["permuted blocks", "minimization"])
def test_no_redraw_brings_a_virtual_trial_back(method):
    of = plan(method)
    strata = np.random.default_rng(3).integers(0, 6, 80)
    drawn = allocate_plain(
        procedure_of(of),
        ratio=of.ratios,
        sizes=block_sizes(of),
        purposes=[streams.purpose_id(f"block:{s}") for s in range(6)],
        key=streams.subject_key(streams.trial_key(1, 0), -1),
        strata=strata.tolist(),
    )
    assert redrawn(of, strata, seed=1, number=0).tolist() != drawn
