"""Virtual trials a second, and where the time of one goes.

    python -m bench.simulation

The shape is NETTER-1's: 229 patients, 6 strata, 18 months of accrual, a look at 74 events,
stratified log-rank and Cox; then NETTER-1 as its protocol stands. Each stage goes through a block
of trials and is timed by itself; the floor is the random words and the columns that it needs. Peers
measured elsewhere on two threads for this shape: lrstat (C++, without Cox) 23,000 to 32,000 a
second; rpact 4.5 (C++, without strata or Cox) 10,500 on its one thread; simtrial (R) 57.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit

from equipoise.kernels import draws
from equipoise.kernels.cohort import Chances, make_world, piecewise_cumulative
from equipoise.kernels.trials import arrive, batch, fields, follow, scans
from equipoise.kernels.trials.batch import TrialPlan
from equipoise.meaning.check import read
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario
from equipoise.simulation.kernel.shares import unshared
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
from equipoise.simulation.operating.task import CHUNK

NETTER = Path(__file__).parents[1] / "examples" / "netter1" / "protocol.yaml"
DAYS = 1800
SHARES = (0.025, 0.075, 0.075, 0.225, 0.15, 0.45)
OWN = clock.thread_time
Stages = Iterator["Stage"]
ROUNDS = 3
"""The best of so many is taken: other work on the machine only ever slows."""


def shape(subjects: int = 229, *, looks: int = 1) -> Scenario:
    """NETTER-1's shape with this many subjects, and 1 or 3 looks at growing numbers of events."""
    entry = np.minimum(np.arange(1, 549) / 548, 1.0)
    scale = subjects / 229
    old, new = (
        piecewise_cumulative([0.0], [np.log(2) / (30.4375 * m)], days=DAYS) for m in (14, 30)
    )
    gone = piecewise_cumulative([0.0], [-np.log1p(-0.05) / 365.25], days=DAYS)
    world = make_world(
        Chances(
            subjects=subjects,
            accrual=entry,
            prevalence=SHARES,
            ratio=[1, 1],
            block_sizes=[4],
            endpoints=["PFS"],
            events=[[[old] * 6, [new] * 6]],
            dropout=[[gone] * 6] * 2,
        )
    )
    targets = [round(scale * 74 * k / looks) for k in range(1, looks + 1)]
    n = len(targets)
    zeros = np.zeros(n, dtype=np.int64)
    none = np.full(1, follow.NONE)
    ahead, back = follow.schedule([], days=DAYS)
    return Scenario(
        name="NETTER-1's shape",
        world=world,
        endpoints=follow.Endpoints(
            np.zeros(1, dtype=np.int64), none, none, ahead[None, :], back[None, :]
        ),
        endpoint_names=("PFS",),
        looks=follow.Looks(
            zeros, zeros, np.array(targets), zeros, np.full(n, DAYS), np.arange(n) - 1,
            np.tile([0, 1], (n, 1)),
        ),
        look_names=tuple(f"{d} events" for d in targets),
        readings=batch.make_readings(
            look=range(n),
            endpoint=[0] * n,
            pair=[(0, 1)] * n,
            stratified=[1] * n,
            method=[batch.LOGRANK] * n,
        ),
        hypotheses=(
            NullHypothesis(
                "PFS", tuple(range(n)), tuple(map(float, targets)),
                spending="lan-demets-obf" if n > 1 else None,
            ),
        ),
        shares=unshared([1.0]),
        alpha=0.05,
        sides=2,
        truth=(float(np.log(14 / 30)),) * n,
    )  # fmt: skip


@njit(nogil=True)
def least(key, words, columns, count):  # type: ignore[no-untyped-def]
    """So many random words of each subject and a pass over so many columns: no stage takes less."""
    total = np.uint64(0)
    for t in range(len(key)):
        for purpose in range(words):
            for j in range(key.shape[1]):
                total ^= draws.word(key[t, j], np.uint64(purpose), 0)
        for c in range(count):
            for j in range(key.shape[1]):
                total += np.uint64(columns[c, t, j])
    return total


def best(run: Callable[[], object], now: Callable[[], float] = clock.perf_counter) -> float:
    """Seconds of the fastest of some runs; `now` may count this thread's own time only."""
    took = []
    for _ in range(ROUNDS):
        start = now()
        run()
        took.append(now() - start)
    return min(took)


class Stage(NamedTuple):
    """A stage of a block of trials; words and columns : what it cannot do without."""

    name: str
    run: Callable[[], None]
    words: int
    columns: int


def stages(plan: TrialPlan, bench: batch.Bench, start: int, held: fields.LooksHeld) -> Stages:
    """The kernel's stages of a block of trials, in their order."""
    keys, out = arrive.trial_keys(1, start, bench.trials), np.zeros((bench.trials, 8))
    course, events = plan.endpoints.course, len(plan.world.event_row)
    # key, entry, stratum, arm, dropout; the times; what ties them
    needed = 5 + events + int(np.count_nonzero(plan.world.link[1:]))
    draw = partial(arrive.arrive, plan.world, keys, bench.cohorts, bench.links)
    yield Stage("draws", draw, needed, 0)
    for p in range(len(plan.endpoints.first)):
        at_scans = scans.matters(course, p) and course.at_scans[p] == 1
        # a scan's two for its day and one for being held, and that of the scan before
        yield Stage("scans and gaps", partial(batch.watch, plan, p, bench), 4 * at_scans, 2)
    counted = int(np.count_nonzero(plan.looks.kind == follow.AT_EVENTS))
    hold = partial(batch.hold, plan, bench, held.day, held.entered)
    yield Stage("looks", hold, 0, 3 * counted)
    for r, k in enumerate(plan.readings.look):
        cut = fields.Cut(held.day[:, k].copy(), held.entered[:, k].copy())
        p = plan.readings.endpoint[r]
        at_scans = scans.matters(course, p) and course.at_scans[p] == 1
        yield Stage("tests", partial(batch.read, plan, r, cut, bench, out), 3 * at_scans, 5)


def by_stage(scenario: Scenario, trials: int) -> None:
    """Microseconds of each stage, and of the words and columns that it cannot do without."""
    s = scenario
    bench = batch.empty_bench(s.plan)
    # as many as a stage asks for at most: no kernel looks whether it reads past the end
    columns = np.ones((5 + 3 * len(s.look_names), *bench.cohorts.key.shape), dtype=np.int64)
    spent: dict[str, list[float]] = {}
    blocks = range(0, trials, bench.trials)
    for start in (0, *blocks):
        held = fields.empty_looks(bench.trials, len(s.look_names))
        for stage in stages(s.plan, bench, start, held):
            sums = spent.setdefault(stage.name, [0.0, 0.0])
            needed = bench.cohorts.key, int(stage.words), columns, stage.columns
            for at, run in enumerate((stage.run, partial(least, *needed))):
                began = OWN()
                run()
                sums[at] += (OWN() - began) / len(blocks) / bench.trials * 1e6
        if start == 0:
            spent.clear()  # the first block may have been compiled
    print("  microseconds a trial on one thread, and of its words and columns alone:")
    for name, (own, floor) in spent.items():
        print(f"    {name:<16}{own:>8.2f}{floor:>8.2f}")
    own, floor = (sum(of) for of in zip(*spent.values()))
    print(f"    {'all':<16}{own:>8.2f}{floor:>8.2f}")


def rates(scenario: Scenario, trials: int) -> None:
    simulate_scenario(scenario, trials=10, seed=1)
    for workers in (1, 2):
        took = best(partial(simulate_scenario, scenario, trials=trials, seed=1, workers=workers))
        print(f"  {workers} thread{'s' * (workers > 1)}: {trials / took:,.0f} trials a second")


def netter() -> Scenario:
    """NETTER-1 as its protocol stands: two end points, three readings, windows and gaps."""
    return scenario_from(read(NETTER), truth="as reported")


def object_road() -> None:
    from equipoise.sdtm.tabulate.tabulate import tabulate
    from equipoise.simulation.object.run import run

    protocol = read(NETTER)
    tabulate(run(protocol, truth="as reported", seed=1))
    took = best(lambda: tabulate(run(protocol, truth="as reported", seed=2)))
    print(f"  a whole virtual NETTER-1, patients to SDTM: {took:.2f} seconds")


def main() -> None:
    for looks in (1, 3):
        print(f"229 patients, {looks} look{'s' * (looks > 1)}")
        rates(shape(looks=looks), 10 * CHUNK)
        by_stage(shape(looks=looks), CHUNK)
    print("NETTER-1 as its protocol stands: two end points, three readings, windows, gaps")
    rates(netter(), 10 * CHUNK)
    by_stage(netter(), CHUNK)
    print("one look, larger trials, one thread")
    base = 0.0
    for subjects, trials in ((229, 4000), (1000, 1000), (10_000, 100)):
        s = shape(subjects)
        run_batch(s, seed=1, start=0, trials=1)
        took = best(partial(run_batch, s, seed=1, start=0, trials=trials), OWN) / trials * 1e6
        base = base or took / (229 * np.log(229))
        growth = took / (subjects * np.log(subjects)) / base
        print(f"  {subjects:>6,} patients: {took:,.1f} microseconds, {growth:.2f} of n log n")
    print("object road")
    object_road()


if __name__ == "__main__":
    main()
