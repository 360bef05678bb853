"""The risk table of two arms as the kernels of virtual trials hold it."""

from __future__ import annotations

import numpy as np

from equipoise.kernels.survival.table import RiskTable
from equipoise.kernels.trials.table import EventRows


def event_rows(table: RiskTable) -> EventRows:
    """The rows of a two-arm risk table with events, as the trial kernels hold them."""
    strata = table.first.size - 1
    stratum = np.repeat(np.arange(strata), np.diff(table.first))
    at_risk = np.zeros_like(table.leaving)
    for s in range(strata):
        own = slice(table.first[s], table.first[s + 1])
        at_risk[own] = table.leaving[own][::-1].cumsum(axis=0)[::-1]
    events = table.events.sum(axis=1)
    kept = events > 0
    columns = (
        table.time[kept],
        stratum[kept],
        at_risk[kept].sum(axis=1),
        at_risk[kept, 1],
        events[kept],
        table.events[kept, 1],
    )
    return EventRows(*(np.ascontiguousarray(c, dtype=np.int32) for c in columns))
