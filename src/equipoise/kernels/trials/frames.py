"""What a look shows of each subject, for tests that are not ours.

Checked  tests/unit/simulation/test_own_tests.py: our log-rank test of these frames is the kernel's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Bools, Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit
from equipoise.kernels.trials.batch import Bench, TrialPlan, draw, seen_at
from equipoise.kernels.trials.fields import Cut, LooksHeld
from equipoise.kernels.trials.table import observe


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


def show(plan: TrialPlan, bench: Bench, r: int, cut: Cut, out: FrameColumns) -> int:
    """Fill `out` with the subjects of reading r at its cut, in the first trial; returns how many.

    bench : as `batch.draw` left it
    """
    seen, asked = seen_at(plan, r, cut, bench)
    m: int = shown(seen, 0, asked, cut, bench.test.ranked, out)
    return m


@njit(cache=True, nogil=True)
def shown(seen, t, asked, cut, room, out):  # type: ignore[no-untyped-def]
    width = observe(seen, t, asked, cut.day[t], cut.entered[t], room) << 6
    m = np.int64(0)
    for j in range(cut.entered[t]):
        if room.weight[j] == 0:
            continue
        out.stratum[m] = seen.stratum[t, j] * asked.stratified
        out.time[m] = room.at[j] - 1 - out.stratum[m] * width
        out.event[m] = room.event[j]
        out.arm[m] = room.weight[j] > 1
        m += 1
    return m


def apply(
    plan: TrialPlan, bench: Bench, seed: int, start: int, held: LooksHeld, wanted: Ints,
    out: FrameColumns, test: Any, z: Floats,
) -> None:  # fmt: skip
    """Fill z (trials, R) of the wanted readings with what a compiled test finds at each look."""
    for at in range(0, len(held.day), bench.trials):
        own = bench.first(min(bench.trials, len(held.day) - at))
        rows = slice(at, at + own.trials)
        draw(plan, own, seed, start + at)
        for r in wanted:
            k, found = plan.readings.look[r], np.zeros(own.trials)
            cut = Cut(held.day[rows, k].copy(), held.entered[rows, k].copy())
            seen, asked = seen_at(plan, r, cut, own)
            tested(seen, asked, cut, own.test.ranked, out, test, found)
            z[rows, r] = found


@njit(nogil=True)
def tested(seen, asked, cut, room, out, test, found):  # type: ignore[no-untyped-def]
    for t in range(len(found)):
        m = shown(seen, t, asked, cut, room, out)
        found[t] = -test(out.time[:m], out.event[:m], out.arm[:m], out.stratum[:m])
