"""The hazard ratio of two arms by the kernel of simulated trials, so that both say the same."""

from __future__ import annotations

import numpy as np

from equipoise.analysis.survival.event_rows import event_rows
from equipoise.arrays import Floats
from equipoise.kernels.survival.table import RiskTable
from equipoise.kernels.trials import tests


def two_arm_maximum(table: RiskTable) -> Floats:
    """(1,) log hazard ratio of arm 1 against arm 0, Efron's ties; there must be a maximum.

    Checked  tests/twins/test_roads.py; tests/oracle/survival (R coxph).
    """
    rows = event_rows(table)
    r, part = len(rows.events), np.zeros((3, rows.events.sum()))
    score, variance = tests.logrank(rows, r, part)
    base, slope = np.zeros(rows.events.sum()), np.zeros(rows.events.sum())
    terms, own, _ = tests.cox_terms(rows, r, base, slope)
    # where all at risk have the event together the log-rank test has no variance, Efron's rule has
    start = max(-2.0, min(2.0, score / variance)) if variance > 0 else 0.0
    return np.array([tests.cox(base, slope, terms, own, start, part[0])[0]])
