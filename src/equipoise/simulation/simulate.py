"""`simulate`: many virtual trials of a protocol under one of its truths."""

from __future__ import annotations

from pathlib import Path

from equipoise.errors import expect
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.promising import with_promise
from equipoise.simulation.operating.batches import on_threads, simulate_scenario
from equipoise.simulation.operating.characteristics import Operating
from equipoise.simulation.operating.cores import cores
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
    checkpoint : a Parquet file kept up to date; with `resume`, what it holds is not run again
    keep : a folder that gets one row per trial; watch : called with the number of trials done
    Returns  Operating: rows, each with its Monte Carlo error; equal runs have equal digests,
             whatever the workers
    Raises   InputError if there is no such truth, or the design cannot be simulated.
    Checked  tests/twins/test_roads.py; tests/laws/test_simulation_laws.py; verification/.
    """
    expect(protocol, Protocol)
    scenario = scenario_from(protocol, truth=truth, read_at_visits=read_at_visits)
    if promising is not None:
        scenario = with_promise(scenario, promising)
    if keep is not None:
        keep = Path(keep).absolute()
        keep.mkdir(parents=True, exist_ok=True)
    if cluster is None:
        runner = on_threads(cores() if workers is None else workers, keep=keep)
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
