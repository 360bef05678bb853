"""Repeated measures: 200 subjects at 4 visits, unstructured, Kenward-Roger.

Run  python -m bench.continuous
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.frames import Labels

SUBJECTS, VISITS, REPEATS = 200, 4, 15
GOAL_MS = 10.0


def trial(seed: int = 1) -> dict:
    """Arm by visit means, a baseline, a correlated course and dropout of about a quarter."""
    rng = np.random.default_rng(seed)
    arm = np.repeat(rng.integers(0, 2, SUBJECTS), VISITS).astype(np.int32)
    visit = np.tile(np.arange(VISITS), SUBJECTS).astype(np.int32)
    baseline = rng.normal(40, 9, SUBJECTS)
    lag = np.abs(np.subtract.outer(np.arange(VISITS), np.arange(VISITS)))
    noise = rng.multivariate_normal(np.zeros(VISITS), 60 * 0.6**lag, SUBJECTS)
    y = np.repeat(0.5 * baseline, VISITS) + noise.ravel() + 2.0 * arm * visit
    y[rng.random(len(y)) < 0.1 * visit] = np.nan
    return {
        "y": y,
        "subject": np.repeat(np.arange(SUBJECTS), VISITS),
        "visit": Labels(visit, ("1", "2", "3", "4")),
        "arm": Labels(arm, ("control", "experimental")),
        "covariates": {"baseline": np.repeat(baseline, VISITS)},
        "by_visit": ("baseline",),
    }


def milliseconds(**options: str) -> float:
    """Median CPU time of a fit with its means, differences and tests."""
    data = trial()
    repeated_measures(**data, **options)
    spent = []
    for _ in range(REPEATS):
        begin = time.thread_time()
        repeated_measures(**data, **options)
        spent.append(1000 * (time.thread_time() - begin))
    return statistics.median(spent)


def rows() -> list[tuple[str, str, float]]:
    """Structure, adjustment, milliseconds."""
    adjustments = ("kenward-roger", "kenward-roger-linear", "satterthwaite")
    found = [("us", a, milliseconds(covariance="us", adjustment=a)) for a in adjustments]
    for structure in ("toeph", "ar1"):
        options = {"covariance": structure, "adjustment": "satterthwaite"}
        found.append((structure, "satterthwaite", milliseconds(**options)))
    return found


def main() -> int:
    """Print the table; 1 if the goal is missed."""
    found = rows()
    print(f"repeated measures, {SUBJECTS} subjects x {VISITS} visits (goal {GOAL_MS:g} ms of CPU)")
    for structure, adjustment, spent in found:
        print(f"  {structure:<6} {adjustment:<22} {spent:8.1f} ms")
    return int(found[0][2] >= GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
