"""The re-randomization test of a folder's data by the ledger of its allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from equipoise.analysis.rerandomization import Rerandomization
    from equipoise.workspace.allocation import AllocationFolder
    from equipoise.workspace.folder import Workspace


def rerandomize(
    space: Workspace,
    ledger: AllocationFolder,
    *,
    estimand: str,
    look: str | None,
    draws: int,
    seed: int,
) -> Rerandomization:
    """The log-rank test of an estimand against allocations that the list could have made.

    The method is the protocol's, the order and the strata are those of the ledger.
    Raises   InputError for an estimand without times, or a ledger that is not that of the data.
    Checked  tests/unit/workspace/test_allocation.py.
    """
    from equipoise.analysis.methods import samples
    from equipoise.analysis.methods.chance import Arrival, against_chance, from_ledger

    known = ledger.protocol.estimands
    if estimand not in known:
        hint = did_you_mean(estimand, known)
        raise InputError(f'there is no estimand "{estimand}"; there are {", ".join(known)}{hint}')
    sample = next(iter(samples(space.derived(look), estimand)))
    if sample.time is None:
        raise InputError(f"{estimand}: the test is for times to an event")
    lines = ledger.lines()
    arrivals = [Arrival(one["subject"], tuple(one["stratum"]), one["arm"]) for one in lines]
    allocate = from_ledger(sample, arrivals, seed=seed)
    return against_chance(sample, allocate=allocate, draws=draws)
