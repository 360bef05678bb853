"""The hazard ratio of two arms by the kernel of simulated trials, so that both say the same."""

from __future__ import annotations

import numpy as np

from equipoise.arrays import Floats
from equipoise.kernels.survival.table import RiskTable
from equipoise.kernels.trials import tests
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


def two_arm_maximum(table: RiskTable) -> Floats:
    """(1,) log hazard ratio of arm 1 against arm 0, Efron's ties; there must be a maximum.

    Checked  tests/twins/test_roads.py; tests/oracle/survival (R coxph).
    """
    rows = event_rows(table)
    r, strata = len(rows.events), table.first.size - 1
    score, variance = tests.logrank(rows, r, strata)
    base, slope = np.zeros(rows.events.sum()), np.zeros(rows.events.sum())
    terms, own, _ = tests.cox_terms(rows, r, base, slope)
    start = max(-2.0, min(2.0, score / variance))
    return np.array([tests.cox(base, slope, terms, own, start)[0]])
