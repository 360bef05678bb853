"""A runner on many machines by Dask distributed: the same chunks, the same answer to the bit.

Dask does a dead worker's chunk again elsewhere.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from equipoise.errors import InputError
from equipoise.simulation.operating.batches import run_chunk
from equipoise.simulation.operating.task import Done, Runner, Task

CHUNKS_PER_WORKER = 4  # that wait their turn
MOST_DEATHS = 10  # workers a chunk may outlive
_LOCAL = re.compile(r"^local:(\d+)$")


def on_dask(address: str, *, keep: Path | None = None) -> Runner:
    """A runner on the cluster at `address`: `tcp://host:port`, or `local:N` for N processes here.

    Raises   InputError for another address, or if Dask distributed is not installed.
    """
    if not _LOCAL.match(address) and "://" not in address:
        raise InputError(f'cluster "{address}": expected local:N or tcp://host:port')
    try:
        import distributed
    except ImportError:
        raise InputError("a cluster needs Dask: pip install equipoise[cluster]") from None

    def run(task: Task, chunks: Sequence[int]) -> Done:
        with contextlib.ExitStack() as stack:
            client = _client(distributed, address, stack)
            yield from _collect(distributed, client, task, chunks, keep)

    return run


def _client(distributed: Any, address: str, stack: contextlib.ExitStack) -> Any:
    if found := _LOCAL.match(address):
        cluster = stack.enter_context(
            distributed.LocalCluster(
                n_workers=max(int(found[1]), 1), threads_per_worker=1, dashboard_address=None
            )
        )
        return stack.enter_context(distributed.Client(cluster))
    try:
        return stack.enter_context(distributed.Client(address, timeout="10s"))
    except OSError as problem:
        raise InputError(f'cluster "{address}": no scheduler answers ({problem})') from None


def _collect(
    distributed: Any, client: Any, task: Task, chunks: Sequence[int], keep: Path | None
) -> Done:
    left = iter(chunks)
    shared = client.scatter(task, broadcast=True, hash=False)
    workers = max(len(client.scheduler_info()["workers"]), 1)
    number: dict[str, int] = {}

    def submit() -> Iterator[Any]:
        for chunk in left:
            future = client.submit(run_chunk, shared, chunk, keep, pure=False, retries=MOST_DEATHS)
            number[future.key] = chunk
            yield future

    ready = submit()
    waiting = distributed.as_completed(
        [f for _, f in zip(range(CHUNKS_PER_WORKER * workers), ready)]
    )
    for future in waiting:
        yield number.pop(future.key), future.result()
        future.release()
        if (following := next(ready, None)) is not None:
            waiting.add(following)
