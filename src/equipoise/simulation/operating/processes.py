"""Virtual trials of the object road over several processes."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import numpy as np

from equipoise.simulation.operating.task import Watch

_THREADS = "POLARS_MAX_THREADS"
LONGEST = 200  # trials of a job, so that progress can be told

_Job = TypeVar("_Job")
_Found = TypeVar("_Found", bound=Sequence[Any] | np.ndarray)


def chunks(trials: int, workers: int, *, each: int = 4, longest: int = LONGEST) -> list[list[int]]:
    """The numbers of trials 1 to `trials`, in jobs.

    each : jobs of a worker at least; longest : trials of a job at most
    """
    numbers = np.arange(1, trials + 1)
    parts = max(1, workers * each, -(-trials // longest))
    return [part.tolist() for part in np.array_split(numbers, parts) if part.size]


def in_processes(
    work: Callable[[_Job], _Found], jobs: Sequence[_Job], workers: int, watch: Watch | None
) -> list[_Found]:
    """What each job found, one entry a trial, in the order of the jobs.

    workers : this process is one of them, and begins while the others start
    """
    shared = _Shared(work, jobs, watch or (lambda done: None))
    others = min(workers, len(jobs)) - 1
    if others < 1:
        shared.work_off()
    else:
        # Forking would copy the locks of polars' threads; a spawned worker starts clean.
        with ProcessPoolExecutor(others, mp_context=get_context("spawn")) as pool:
            try:
                with _without_script(), _one_thread():
                    for _ in range(others):
                        shared.hand_out(pool)
                shared.work_off()
            except BaseException:
                shared.left.clear()
                pool.shutdown(cancel_futures=True)  # stopped, it begins no other job
                raise
    return [shared.found[k] for k in range(len(jobs))]


class _Shared(Generic[_Job, _Found]):
    """Jobs of which this process and others each take the next when they are done with one."""

    def __init__(self, work: Callable[[_Job], _Found], jobs: Sequence[_Job], tell: Watch) -> None:
        self.left = deque(enumerate(jobs))  # taking from it is one step, whichever thread does
        self.found: dict[int, _Found] = {}
        self._work, self._tell, self._count = work, tell, len(jobs)
        self._back: SimpleQueue[tuple[int, Future[_Found]]] = SimpleQueue()

    def hand_out(self, pool: ProcessPoolExecutor) -> None:
        """Give another process the next job, and when that is done the one after it."""
        try:
            k, job = self.left.popleft()
        except IndexError:
            return

        def done(future: Future[_Found]) -> None:
            if not future.cancelled() and future.exception() is None:
                self.hand_out(pool)
            self._back.put((k, future))

        pool.submit(self._work, job).add_done_callback(done)

    def work_off(self) -> None:
        """Do jobs here until there are none left, and wait for those of the others."""
        while len(self.found) < self._count:
            try:
                k, job = self.left.popleft()
            except IndexError:
                self._take()
            else:
                self.found[k] = self._work(job)
            while not self._back.empty():
                self._take()
            self._tell(sum(map(len, self.found.values())))

    def _take(self) -> None:
        k, future = self._back.get()
        self.found[k] = future.result()


@contextmanager
def _without_script() -> Iterator[None]:
    """Start workers that do not run the user's own script again, as a spawned process would.

    It may call this very function, and the workers need nothing of it.
    """
    main = sys.modules["__main__"]
    known: dict[str, Any] = {k: vars(main)[k] for k in ("__file__", "__spec__") if k in vars(main)}
    vars(main).update(dict.fromkeys(known))
    try:
        yield
    finally:
        vars(main).update(known)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Start workers whose tables are worked on by one thread each: there is one for every core."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
