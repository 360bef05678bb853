"""Virtual trials of the object road over several processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

import numpy as np

from equipoise.simulation.operating.task import Watch

_THREADS = "POLARS_MAX_THREADS"
LONGEST = 200  # trials of a job, so that progress can be told

_Job = TypeVar("_Job")
_Found = TypeVar("_Found", bound=Sequence[Any] | np.ndarray)


def chunks(trials: int, workers: int) -> list[list[int]]:
    """The numbers of trials 1 to `trials`, in jobs."""
    numbers = np.arange(1, trials + 1)
    parts = max(1, workers * 4, -(-trials // LONGEST))
    return [part.tolist() for part in np.array_split(numbers, parts) if part.size]


def in_processes(
    work: Callable[[_Job], _Found], jobs: Sequence[_Job], workers: int, watch: Watch | None
) -> list[_Found]:
    """What each job found, one entry a trial, in the order of the jobs."""
    tell = watch or (lambda done: None)
    found: dict[int, _Found] = {}
    if workers == 1:
        for k, job in enumerate(jobs):
            found[k] = work(job)
            tell(sum(map(len, found.values())))
        return list(found.values())
    # Forking would copy the locks of polars' threads; a spawned worker starts clean.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        with _without_script(), _one_thread():
            number: dict[Future[_Found], int] = {
                pool.submit(work, job): k for k, job in enumerate(jobs)
            }
        try:
            for future in as_completed(number):
                found[number[future]] = future.result()
                tell(sum(map(len, found.values())))
        except BaseException:
            pool.shutdown(cancel_futures=True)  # stopped, it begins no other job
            raise
    return [found[k] for k in range(len(jobs))]


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
