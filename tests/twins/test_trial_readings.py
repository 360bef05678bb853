"""Plain twins = the batch kernel: days, events and subjects exactly, statistics to rounding."""

import numpy as np
import pytest
from scipy import stats

from equipoise.analysis.survival import cox
from equipoise.kernels.trials import batch, proportions, tests
from equipoise.kernels.trials.table import EventRows
from equipoise.simulation.operating.batches import run_batch
from support.roads import COUNT, PLAIN
from support.trials import kernel_rows, small, trial_plain, with_method

TRIALS = 12
SAME = 1e-9
"""Sums taken in another order differ in their last bits; Newton stops at 1e-12."""

FOUR = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
METHODS = {
    "log-rank": {"method": batch.LOGRANK},
    "shorter": {"method": batch.LOGRANK, "sign": -1},
    "late": {"method": batch.WEIGHTED, "weights": [(0.0, 1.0)]},
    "early": {"method": batch.WEIGHTED, "weights": [(1.0, 0.0)], "sign": -1},
    "half": {"method": batch.WEIGHTED, "weights": [(0.5, 0.25)]},
    "restricted mean": {"method": batch.RMST, "tau": 150.0},
    "restricted mean, shorter": {"method": batch.RMST, "tau": 90.5, "sign": -1},
    "one combined": {"method": batch.MAX_COMBO, "weights": [(0.0, 1.0)]},
    "two combined": {"method": batch.MAX_COMBO, "weights": FOUR[::2]},
    "four combined": {"method": batch.MAX_COMBO, "weights": FOUR},
    "four combined, shorter": {"method": batch.MAX_COMBO, "weights": FOUR, "sign": -1},
}


def agree(scenario, seed):
    done = run_batch(scenario, seed=seed, start=0, trials=TRIALS)
    compared = 0
    for trial in range(TRIALS):
        when, plain = trial_plain(scenario, seed=seed, trial=trial)
        assert when == done.held.day[trial].tolist()
        for found, expected in zip(kernel_rows(done.found, trial), plain, strict=True):
            assert found["events"] == expected["events"]
            assert found["subjects"] == expected["subjects"]
            for name in ("z", "estimate", "error"):
                value = expected.get(name)
                if value is not None and np.isfinite(value):
                    assert found[name] == pytest.approx(value, rel=SAME, abs=SAME), name
                    compared += 1
    assert compared


@pytest.mark.parametrize("number", [0, 1, 3, 6, 7, 11, 12, 14])
def test_log_rank_and_cox(number):
    agree(small(number), seed=number)


@pytest.mark.parametrize("number", range(PLAIN, COUNT))
def test_scans_off_their_days_and_what_follows(number):
    agree(small(number), seed=number)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("number", [1, 6])
def test_other_methods(method, number):
    agree(with_method(small(number), **METHODS[method]), seed=5)


def fisher(x0, n0, x1, n1):
    table = [[x1, n1 - x1], [x0, n0 - x0]]
    return stats.fisher_exact(table, alternative="greater")[1]


@pytest.mark.parametrize("counts", [(3, 20, 9, 22), (0, 10, 4, 12), (5, 15, 5, 15), (8, 30, 2, 31)])
def test_fisher_is_exact(counts):
    x0, n0, x1, n1 = counts
    found = proportions.upper_tail(x1, n1, x0 + x1, n0 + n1)
    assert found == pytest.approx(fisher(*counts), rel=1e-12)


def tied_rows():
    """Two strata with ties: (day, events, of them experimental, at risk, of them experimental)."""
    columns = np.array(
        [[1, 2, 1, 10, 5], [3, 3, 1, 7, 4], [6, 2, 1, 4, 3], [2, 2, 1, 8, 3], [5, 2, 2, 5, 2]],
        dtype=np.int32,
    ).T.copy()
    stratum = np.array([0, 0, 0, 1, 1], dtype=np.int32)
    day, events, events_1, at_risk, at_risk_1 = columns
    return EventRows(day, stratum, at_risk, at_risk_1, events, events_1)


def subjects(rows):
    """Subjects that give these rows: those not seen to fail are censored just before the next."""
    out = []
    for s in (0, 1):
        own = np.flatnonzero(rows.stratum == s)
        for place, i in enumerate(own):
            following = own[place + 1] if place + 1 < len(own) else None
            for arm in (0, 1):
                at = rows.at_risk_1[i] if arm else rows.at_risk[i] - rows.at_risk_1[i]
                d = rows.events_1[i] if arm else rows.events[i] - rows.events_1[i]
                later = 0
                if following is not None:
                    later = rows.at_risk_1[following]
                    later = later if arm else rows.at_risk[following] - later
                out += [(rows.day[i], 1, arm, s)] * d
                out += [(rows.day[i], 0, arm, s)] * (at - d - later)
    return np.array(out).T


def efron(terms):
    rows = tied_rows()
    n = int(rows.events.sum())
    base, slope = np.zeros(n), np.zeros(n)
    k, own, finite = terms(rows, len(rows.events), base, slope)
    assert finite
    assert k == n
    beta, _ = tests.cox(base, slope, k, own, 0.0, np.zeros(n))
    time, event, arm, stratum = subjects(rows)
    expected = cox(time, event, arm, stratum=stratum, ties="efron").coef[0]
    assert beta == pytest.approx(expected, rel=SAME)


def test_ties_by_efron_s_rule():
    efron(tests.cox_terms)
