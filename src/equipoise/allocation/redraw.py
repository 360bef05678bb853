"""The allocation of the same subjects drawn anew: recorded method, order and covariates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise import streams
from equipoise.allocation.procedure import block_sizes, procedure_of, strata_of_list
from equipoise.arrays import Ints
from equipoise.errors import InputError
from equipoise.kernels.trials.allocate import Allotment, arms_of
from equipoise.protocol.model import AllocationPlan


def stratum_numbers(plan: AllocationPlan, levels: Sequence[Sequence[str]]) -> Ints:
    """Which stratum each subject is of, (n,), by the level of each factor.

    Raises   InputError for levels that the protocol does not have.
    """
    place = {stratum: number for number, stratum in enumerate(strata_of_list(plan))}
    for own in levels:
        if tuple(own) not in place:
            factors = ", ".join(plan.strata)
            raise InputError(f"there is no stratum {', '.join(own)!r} of {factors}")
    return np.array([place[tuple(own)] for own in levels], dtype=np.int64)


def redraw_purpose(name: str) -> int:
    """The purpose of a draw that is made again.

    It is not that of virtual trials, or the trial of the same seed would come back as its redraw.
    """
    return streams.purpose_id(f"redrawn {name}")


def redrawn(plan: AllocationPlan, strata: Ints, *, seed: int, number: int) -> Ints:
    """The arms that these subjects, in order of arrival, could have got; (n,) by protocol order.

    Checked  tests/unit/allocation/test_redraw.py.
    """
    purposes = [redraw_purpose(f"block:{s}") for s in range(len(strata_of_list(plan)))]
    made = procedure_of(plan)
    rules = Allotment(
        subjects=len(strata),
        ratio=np.array(plan.ratios, dtype=np.int64),
        ratio_sum=sum(plan.ratios),
        block_sizes=np.array(block_sizes(plan), dtype=np.int64),
        block_purpose=np.array(purposes, dtype=np.uint64),
        procedure=made._replace(purpose=np.uint64(redraw_purpose("minimization"))),
    )
    return arms_of(rules, strata, seed=seed, trial=number)
