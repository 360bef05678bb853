"""What a look shows of each subject, for tests that are not ours.

Checked  tests/unit/simulation/test_own_tests.py: our log-rank test of these frames is the kernel's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Bools, Ints, SmallInts
from equipoise.kernels import draws
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials import arrive
from equipoise.kernels.trials.batch import observe, watch
from equipoise.kernels.trials.fields import Cut
from equipoise.kernels.trials.table import DAY_MASK, STRATUM_SHIFT


class FrameColumns(NamedTuple):
    """Room for one look: (n,) each, of which the first m are in use."""

    time: Ints
    event: Bools
    arm: SmallInts
    stratum: SmallInts

    def first(self, m: int) -> FrameColumns:
        """Copies of the first m."""
        t, e, a, s = self
        return FrameColumns(t[:m].copy(), e[:m].copy(), a[:m].copy(), s[:m].copy())


def empty_columns(n: int) -> FrameColumns:
    return FrameColumns(
        np.zeros(n, np.int64), np.zeros(n, np.bool_), np.zeros(n, np.int32), np.zeros(n, np.int32)
    )


@njit(cache=True, nogil=True)
def stage(plan, bench, seed, trial):  # type: ignore[no-untyped-def]
    """Draw one trial, so that its looks can be shown."""
    arrive.arrive(plan.world, draws.trial_key(seed, trial), bench.cohort, bench.desk)
    watch(plan.world, plan.endpoints, bench)


@njit(cache=True, nogil=True)
def show(plan, bench, r, cut, out):  # type: ignore[no-untyped-def]
    """Fill `out` with the subjects of reading r at its cut; returns how many."""
    m = observe(plan.endpoints, plan.readings, r, cut, bench)
    for j in range(m):
        packed = bench.sorted.early[j]
        out.time[j] = packed >> 2 & DAY_MASK
        out.event[j] = packed >> 1 & 1
        out.arm[j] = packed & 1
        out.stratum[j] = packed >> STRATUM_SHIFT
    return m


@njit(nogil=True)
def apply(plan, bench, seed, start, held, wanted, out, test, z):  # type: ignore[no-untyped-def]
    """Fill z (trials, R) of the wanted readings with what a compiled test finds at each look."""
    for i in range(len(held.day)):
        stage(plan, bench, seed, start + i)
        for r in wanted:
            k = plan.readings.look[r]
            m = show(plan, bench, r, Cut(held.day[i, k], held.entered[i, k]), out)
            z[i, r] = -test(out.time[:m], out.event[:m], out.arm[:m], out.stratum[:m])
