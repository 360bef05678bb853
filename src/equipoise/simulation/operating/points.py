"""Several scenarios of a protocol, one after the other, each with files of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.promising import with_promise
from equipoise.simulation.operating.batches import on_threads, simulate_scenario
from equipoise.simulation.operating.characteristics import Operating
from equipoise.simulation.operating.cores import cores
from equipoise.simulation.operating.grid import Point, grid, parse_axis, scenarios
from equipoise.simulation.operating.task import Runner, Watch

Watching = Callable[[Point], AbstractContextManager[Watch | None]]


def points(
    protocol: Protocol,
    *,
    truth: str | None = None,
    named: Sequence[str] | None = None,
    vary: Sequence[str] = (),
    promising: str | None = None,
    read_at_visits: bool = True,
) -> list[Point]:
    """The scenarios that the protocol names, or a grid: "PFS.hazard ratio=0.3,0.5", one an axis.

    named : grids under `scenarios` of the protocol, all of them if it is empty; None for a grid
    Raises   InputError for a name, axis or value that cannot be, or if both are asked for.
    """
    if named is None:
        axes = [parse_axis(text) for text in vary]
        found = grid(protocol, truth=truth, axes=axes, read_at_visits=read_at_visits)
    elif truth is not None or vary:
        raise InputError("--scenarios names truths of its own: leave out --truth and --vary")
    else:
        found = scenarios(protocol, named, read_at_visits=read_at_visits)
    if promising is None:
        return found
    return [p._replace(scenario=with_promise(p.scenario, promising)) for p in found]


def simulate_points(
    every: Sequence[Point],
    *,
    trials: int,
    seed: int,
    workers: int | None = None,
    cluster: str | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    keep: Path | None = None,
    watching: Watching = lambda point: nullcontext(),
) -> list[tuple[Point, Operating]]:
    """Each scenario with its operating characteristics.

    workers, cluster, checkpoint, resume, keep : as in `simulate`; where there are several
        scenarios, each has a checkpoint and a folder of its own: at-1.parquet, at-2.parquet
    watching : a scenario -> a context with what is called with the number of its trials done
    Raises   InputError if a design cannot be simulated.
    """
    found = []
    for number, point in enumerate(every):
        place, rows = (_numbered(path, number, len(every)) for path in (checkpoint, keep))
        runner = _runner(workers, cluster, rows)
        with watching(point) as watch:
            done = simulate_scenario(
                point.scenario,
                trials=trials,
                seed=seed,
                runner=runner,
                watch=watch,
                checkpoint=place,
                resume=resume,
            )
        found.append((point, done))
    return found


def _runner(workers: int | None, cluster: str | None, keep: Path | None) -> Runner:
    if keep is not None:
        keep = keep.absolute()
        keep.mkdir(parents=True, exist_ok=True)
    if cluster is None:
        return on_threads(workers or cores(), keep=keep)
    from equipoise.simulation.operating.cluster import on_dask

    return on_dask(cluster, keep=keep)


def _numbered(path: Path | None, number: int, of: int) -> Path | None:
    if path is None or of == 1:
        return path
    return path.with_name(f"{path.stem}-{number + 1}{path.suffix}")
