"""Virtual trials a second, and where the time of one goes.

    python -m bench.simulation

The shape is NETTER-1's: 229 patients, 6 strata, 18 months of accrual, a look at 74 events,
stratified log-rank and Cox. Stages are what each adds when the stages before it run too; the floor
is the random words alone. Peers measured elsewhere on two threads for this shape: lrstat (C++,
without Cox) 23,000 to 32,000 a second; rpact 4.5 (C++, without strata or Cox) 10,500 on its one
thread; simtrial (R) 57.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numba import njit

from equipoise.kernels import draws
from equipoise.kernels.cohort import Chances, make_world, piecewise_cumulative
from equipoise.kernels.trials import arrive, batch, fields, follow, table, tests
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario
from equipoise.simulation.kernel.shares import unshared
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
from equipoise.simulation.operating.task import CHUNK

DAYS = 1800
SHARES = (0.025, 0.075, 0.075, 0.225, 0.15, 0.45)
OWN = clock.thread_time
ROUNDS = 5
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
def words(world, seed, trials):  # type: ignore[no-untyped-def]
    """The random words of a trial and nothing else: entry, stratum, event, dropout, allocation."""
    total = np.uint64(0)
    for i in range(trials):
        key = draws.trial_key(seed, i)
        for j in range(world.subjects):
            own = draws.subject_key(key, j)
            for purpose in range(4):
                total ^= draws.word(own, np.uint64(purpose), 0)
            total ^= draws.word(key, np.uint64(5), j)
    return total


@njit(nogil=True)
def stages(plan, bench, seed, trials, last, held, out):  # type: ignore[no-untyped-def]
    """The kernel's stages up to number `last`: draws, cut, sort, test, Cox."""
    kept = 0.0
    world, endpoints, readings = plan.world, plan.endpoints, plan.readings
    cohort, day, entered = bench.cohort, held.day[0], held.entered[0]
    for i in range(trials):
        arrive.arrive(world, draws.trial_key(seed, i), bench.cohort, bench.desk)
        if last < 1:
            continue
        batch.watch(world, endpoints, bench)
        batch.look_days(endpoints, plan.looks, bench, day, entered)
        for r in range(len(readings.look)):
            if last < 2:
                continue
            k = readings.look[r]
            cut = fields.Cut(day[k], entered[k])
            m = table.observe(
                cohort, fields.Followed(bench.day[0], cohort.dropout), endpoints.last_read[0, :0],
                cut, readings.pair[r], readings.stratified[r], bench.sorted,
            )  # fmt: skip
            table.sort(bench.sorted, m, cut.day)
            k = table.event_rows(bench.sorted, bench.rows)
            if last < 3:
                continue
            score, variance = tests.logrank(bench.rows, k, len(bench.sorted.treated))
            kept += score
            if last < 4:
                continue
            terms, own, finite = tests.cox_terms(bench.rows, k, bench.base, bench.slope)
            if finite:
                kept += tests.cox(bench.base, bench.slope, terms, own, score / variance)[0]
    out[0] = kept


def best(run: Callable[[], object], now: Callable[[], float] = clock.perf_counter) -> float:
    """Seconds of the fastest of some runs; `now` may count this thread's own time only."""
    took = []
    for _ in range(ROUNDS):
        start = now()
        run()
        took.append(now() - start)
    return min(took)


def by_stage(scenario: Scenario, trials: int) -> None:
    s = scenario
    bench = batch.empty_bench(s.plan)
    held, out = fields.empty_looks(1, len(s.look_names)), np.zeros(1)

    def upto(last: int) -> float:
        args = (s.plan, bench, np.uint64(1))
        stages(*args, 1, last, held, out)
        return best(lambda: stages(*args, trials, last, held, out), OWN) / trials * 1e6

    words(s.world, np.uint64(1), 1)
    floor = best(lambda: words(s.world, np.uint64(1), trials), OWN) / trials * 1e6
    spent = [upto(last) for last in range(5)]
    added = [b - a for a, b in zip([0.0, *spent], spent)]
    names = ("draws", "cut", "sort", "test", "Cox")
    text = ", ".join(f"{n} {t:.2f}" for n, t in zip(names, added))
    print(f"  microseconds a trial on one thread: {text}; all {spent[-1]:.2f}")
    print(f"  the random words alone {floor:.2f}, {floor / spent[-1]:.0%} of it")


def rates(scenario: Scenario, trials: int) -> None:
    simulate_scenario(scenario, trials=10, seed=1)
    for workers in (1, 2):
        took = best(partial(simulate_scenario, scenario, trials=trials, seed=1, workers=workers))
        print(f"  {workers} thread{'s' * (workers > 1)}: {trials / took:,.0f} trials a second")


def object_road() -> None:
    from equipoise.meaning.check import read
    from equipoise.sdtm.tabulate.tabulate import tabulate
    from equipoise.simulation.object.run import run

    path = Path(__file__).parents[1] / "examples" / "netter1" / "protocol.yaml"
    netter = read(path)
    tabulate(run(netter, truth="as reported", seed=1))
    took = best(lambda: tabulate(run(netter, truth="as reported", seed=2)))
    print(f"  a whole virtual NETTER-1, patients to SDTM: {took:.2f} seconds")


def main() -> None:
    for looks in (1, 3):
        print(f"229 patients, {looks} look{'s' * (looks > 1)}")
        rates(shape(looks=looks), 10 * CHUNK)
        by_stage(shape(looks=looks), CHUNK)
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
