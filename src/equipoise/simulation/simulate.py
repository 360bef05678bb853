"""`simulate`: many virtual trials of a protocol under one of its truths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from equipoise.errors import InputError, expect
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.hypotheses import beyond_arrays
from equipoise.simulation.kernel.promising import with_promise
from equipoise.simulation.operating.batches import on_threads, simulate_scenario
from equipoise.simulation.operating.characteristics import Operating
from equipoise.simulation.operating.cores import cores
from equipoise.simulation.operating.own_tests import (
    LookFrame,
    OwnTest,
    looks_shown,
    on_own_tests,
    with_tests,
)
from equipoise.simulation.operating.task import Watch


def simulate(
    protocol: Protocol,
    *,
    truth: str,
    trials: int,
    seed: int,
    workers: int | None = None,
    cluster: str | None = None,
    read_at_visits: bool = True,
    promising: str | None = None,
    test: OwnTest | Mapping[str, OwnTest] | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    keep: str | Path | None = None,
    watch: Watch | None = None,
) -> Operating:
    """Power, error, dates, bias and coverage of a protocol's design over many virtual trials.

    truth : name of one of the protocol's truths
    seed : with the trial's number it keys every draw; trial j is the same in every run
    workers : threads, by default as many as there are cores
    cluster : "local:N" or "tcp://host:port", for Dask in place of threads
    read_at_visits : False to see progression on its own day instead of at the next assessment
    promising : a re-estimation of the sample size, "PFS: 36% to 80%, at most 150 events"
    test : a test of one's own, or one by hypothesis, called at each look with the arrays time
        (days), event, arm (1 experimental) and stratum; it gives Z, large in favor of the
        experimental arm. Bounds, looks and estimates stay the design's. A function that numba has
        compiled is called from compiled code.
    checkpoint : a Parquet file kept up to date; with `resume`, what it holds is not run again
    keep : a folder that gets one row per trial; watch : called with the number of trials done
    Returns  Operating: rows, each with its Monte Carlo error; equal runs have equal digests,
             whatever the workers
    Where the design asks for what arrays do not know (MMRM, a margin, another population), every
    trial goes patient by patient, through its records; the result says why. Then nothing else can
    be asked for than `workers` and `watch`.
    Raises   InputError if there is no such truth, or the design cannot be simulated.
    Checked  tests/twins/test_roads.py; tests/laws/test_simulation_laws.py; verification/.
    """
    expect(protocol, Protocol)
    asked = (promising, checkpoint, keep, cluster, test)
    why: tuple[str, ...] = ()
    if asked == (None,) * len(asked) and read_at_visits:
        why = beyond_arrays(protocol, truth=truth)
    if why:
        from equipoise.simulation.operating.by_records import simulate_by_records

        return simulate_by_records(
            protocol, truth=truth, trials=trials, seed=seed, why=why, workers=workers, watch=watch
        )
    scenario = scenario_from(protocol, truth=truth, read_at_visits=read_at_visits)
    if promising is not None:
        scenario = with_promise(scenario, promising)
    if keep is not None:
        keep = Path(keep).absolute()
        keep.mkdir(parents=True, exist_ok=True)
    many = cores() if workers is None else workers
    if test is not None:
        if cluster is not None or checkpoint is not None or promising is not None:
            raise InputError("a test of one's own: leave out cluster, checkpoint and promising")
        scenario = with_tests(scenario, test)
        runner = on_own_tests(test, lambda chunk: on_threads(many, by=chunk), keep)
    elif cluster is None:
        runner = on_threads(many, keep=keep)
    else:
        from equipoise.simulation.operating.cluster import on_dask

        runner = on_dask(cluster, keep=keep)
    return simulate_scenario(
        scenario,
        trials=trials,
        seed=seed,
        runner=runner,
        watch=watch,
        checkpoint=None if checkpoint is None else Path(checkpoint),
        resume=resume,
    )


def look_frames(
    protocol: Protocol, *, truth: str, trials: int, seed: int, read_at_visits: bool = True
) -> Iterator[LookFrame]:
    """What each look of each virtual trial shows: arm, stratum, time and event of every subject.

    truth, trials, seed, read_at_visits : as of `simulate`, whose trials they are
    Raises   InputError if there is no such truth, or no hypothesis about a time to event.
    """
    expect(protocol, Protocol)
    scenario = scenario_from(protocol, truth=truth, read_at_visits=read_at_visits)
    return looks_shown(scenario, trials=trials, seed=seed)
