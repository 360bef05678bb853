"""The kernel road: many virtual trials as arrays; no number of workers changes the answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from equipoise.errors import InputError
from equipoise.kernels.trials import batch
from equipoise.kernels.trials.fields import empty_looks, empty_readouts
from equipoise.simulation.kernel import tally as tallies
from equipoise.simulation.kernel.decisions import decide
from equipoise.simulation.kernel.promising import add_events
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.kernel.tally import Tally
from equipoise.simulation.operating.characteristics import Operating, operating
from equipoise.simulation.operating.checkpoint import RunProgress, write_rows
from equipoise.simulation.operating.task import Batch, Done, Runner, Task, Watch

CHUNKS_PER_THREAD = 2  # that wait their turn

_LOG = logging.getLogger(__name__)


def run_batch(scenario: Scenario, *, seed: int, start: int, trials: int) -> Batch:
    """Trials start ... start + trials - 1, kept one by one."""
    s = scenario
    bench = batch.empty_bench(s.plan, trials)
    held = empty_looks(trials, len(s.look_names))
    found = empty_readouts(trials, len(s.readings.look))
    batch.run(s.plan, bench, seed, start, held, found)
    if s.promise is not None:
        add_events(s, s.promise, seed=seed, start=start, held=held, found=found)
    return Batch(start, held, found, decide(s, found, held.day))


def run_chunk(task: Task, chunk: int, keep: Path | None = None) -> Tally:
    """The tally of one chunk; with `keep`, its trials also go to a Parquet file in that folder."""
    start, trials = task.span(chunk)
    done = run_batch(task.scenario, seed=task.seed, start=start, trials=trials)
    if keep is not None:
        write_rows(task.scenario, done, keep / task.file(chunk))
    return tallies.count(task.scenario, done.held, done.found, done.decisions)


Chunk = Callable[[Task, int], Tally]


def on_threads(workers: int, *, keep: Path | None = None, by: Chunk | None = None) -> Runner:
    """A runner on threads of this process; the kernel lets go of the interpreter while it runs.

    by : does one chunk, if not `run_chunk`
    """
    if workers < 1:
        raise InputError(f"workers: found {workers}, expected 1 or more")

    def run(task: Task, chunks: Sequence[int]) -> Done:
        stop = threading.Event()

        def one(chunk: int) -> tuple[int, Tally] | None:
            if stop.is_set():
                return None
            return chunk, run_chunk(task, chunk, keep) if by is None else by(task, chunk)

        left = iter(chunks)
        waiting: set[Future[tuple[int, Tally] | None]] = set()
        with ThreadPoolExecutor(workers) as pool:
            try:
                while True:
                    for chunk in _some(left, CHUNKS_PER_THREAD * workers - len(waiting)):
                        waiting.add(pool.submit(one, chunk))
                    if not waiting:
                        return
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    found = [own for future in done if (own := future.result()) is not None]
                    yield from sorted(found, key=lambda own: own[0])
            finally:
                stop.set()

    return run


def _some(left: Iterator[int], count: int) -> Iterator[int]:
    for _, chunk in zip(range(count), left, strict=False):
        yield chunk


def simulate_scenario(
    scenario: Scenario,
    *,
    trials: int,
    seed: int,
    workers: int = 1,
    runner: Runner | None = None,
    watch: Watch | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    keep: Path | None = None,
) -> Operating:
    """Operating characteristics of a scenario over `trials` virtual trials.

    seed : with the trial's number it keys every draw; the same whatever runs the trials
    workers : threads; or `runner`, for example `cluster.on_dask("local:2")`
    watch : called with the number of trials done, after each chunk
    checkpoint : a Parquet file kept up to date; with `resume`, what it holds is not run again,
        also where there were fewer trials
    keep : a folder that gets one row per trial
    Raises   InputError if `checkpoint` belongs to another run.
    Checked  tests/laws/test_simulation_laws.py; verification/.
    """
    task = Task(scenario, trials, seed)
    progress = RunProgress.begin(task, checkpoint, resume=resume)
    run = runner or on_threads(workers, keep=keep)
    _LOG.info("%s: %s trials, %s done", scenario.name, trials, progress.trials)
    for chunk, found in run(progress.task, progress.left()):
        progress.add(chunk, found)
        if watch is not None:
            watch(progress.trials)
    progress.finish()
    return operating(scenario, progress.tally, seed=seed)
