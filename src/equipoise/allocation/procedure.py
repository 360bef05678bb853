"""The protocol's method of allocation as the procedure that draws it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from equipoise.arrays import Ints
from equipoise.kernels import procedures
from equipoise.kernels.procedures import Procedure, make_procedure
from equipoise.protocol import Protocol
from equipoise.protocol.model import AllocationPlan
from equipoise.protocol.model.digests import digest

DRAWN_BY: Final = {
    "permuted blocks": procedures.BLOCKS,
    "block urn": procedures.URN,
    "complete": procedures.COMPLETE,
    "biased coin": procedures.COIN,
    "big stick": procedures.STICK,
    "minimization": procedures.MINIMIZATION,
}
MEASURED_BY: Final = {
    "range": procedures.RANGE,
    "variance": procedures.VARIANCE,
    "marginal": procedures.MARGINAL,
}


def procedure_of(plan: AllocationPlan) -> Procedure:
    """How a protocol's subjects are drawn, on both roads of simulation and in real lists.

    Checked  tests/unit/allocation/test_methods.py; tests/twins/test_roads.py.
    """
    asked = plan.minimization
    return make_procedure(
        DRAWN_BY[plan.method],
        coin=plan.probability or 0.0,
        limit=plan.limit or 0,
        preferred=asked.probability if asked else 0.0,
        measure=MEASURED_BY[asked.measure] if asked else procedures.RANGE,
        weight=[float(asked.weights.get(key, 1.0)) for key in plan.strata] if asked else (),
        level=_levels(plan) if asked else None,
    )


def strata_of_list(plan: AllocationPlan) -> tuple[tuple[str, ...], ...]:
    """Every stratum as the level of each factor, in the order of the protocol."""
    return tuple(itertools.product(*(factor.levels for factor in plan.strata.values())))


def block_sizes(plan: AllocationPlan) -> Sequence[int]:
    """The sizes of the blocks; twice the ratio where there are none, which no method then reads."""
    return plan.blocks or (2 * sum(plan.ratios),)


def allocation_digest(protocol: Protocol) -> str:
    """Of all that a list depends on: method, ratio, strata, and the arms in their order."""
    plan = protocol.allocation.model_dump(mode="json", by_alias=True)
    return digest({"allocation": plan, "arms": list(protocol.arms)})


def _levels(plan: AllocationPlan) -> Ints:
    """(S, F) the level of each factor in each stratum."""
    counts = [range(len(factor.levels)) for factor in plan.strata.values()]
    found = np.array(list(itertools.product(*counts)), dtype=np.int64)
    return found.reshape(-1, len(counts))
