"""`equipoise simulate`: many virtual trials of a protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.repeatable import ALONE

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.simulation.operating.batches import Watch
    from equipoise.simulation.operating.characteristics import Operating
    from equipoise.simulation.operating.grid import Point


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file.")],
    trials: Annotated[int, typer.Option(min=1, help="Number of virtual trials.")],
    seed: Annotated[int, typer.Option(min=0, help="Key of every random draw.")],
    truth: Annotated[str | None, typer.Option(help="Name of the truth in the protocol.")] = None,
    scenarios: Annotated[
        list[str] | None,
        typer.Option(
            metavar=ALONE,
            help="Every grid that the protocol names under `scenarios`, or those of these names.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads; by default as many as there are cores.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Run on Dask instead: tcp://host:port or local:N.")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(help='A grid, for example "PFS.hazard ratio=0.3,0.5,0.7,1"; may be repeated.'),
    ] = None,
    exact_days: Annotated[
        bool, typer.Option("--exact-days", help="See progression on its own day, not at a visit.")
    ] = False,
    promising: Annotated[
        str | None,
        typer.Option(
            help="Add events where the last interim promises (conditional power), for example"
            ' "PFS: 36% to 80%, at most 150 events".'
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Parquet file that keeps what is done.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="Folder that gets one row per trial, as Parquet.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for table.csv and figure.svg.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON only.")] = False,
) -> None:
    """Simulate a protocol's trial many times under a truth: power, error, dates, bias, coverage.

    The same seed gives the same bytes, whatever the workers, the cluster or a resumed run.
    """
    import json

    from equipoise.errors import InputError
    from equipoise.meaning.check import read
    from equipoise.simulation.operating.cores import cores

    if resume and checkpoint is None:
        raise InputError("--resume needs --checkpoint FILE")
    points = _points(read(file), truth, scenarios, vary, promising, exact_days=exact_days)
    one = len(points) == 1
    results = []
    for number, point in enumerate(points):
        place = _numbered(checkpoint, number, one), _numbered(keep, number, one)
        found = _simulate(
            point, trials, seed, workers or cores(), cluster, *place, resume=resume, quiet=as_json
        )
        results.append((point, found))
    if as_json:
        body = [{**_named(point), "set": point.set, **f.to_dict()} for point, f in results]
        is_grid = scenarios is not None or vary
        typer.echo(json.dumps(body if is_grid else body[0], indent=1))
    else:
        _print(results)
    if output is not None:
        from equipoise.simulation.operating.side_by_side import write

        write(results, output)


def _points(
    protocol: Protocol,
    truth: str | None,
    scenarios: list[str] | None,
    vary: list[str] | None,
    promising: str | None,
    *,
    exact_days: bool,
) -> list[Point]:
    """The scenarios asked for: those that the protocol names, or the grid of the command line."""
    from equipoise.errors import InputError
    from equipoise.simulation.kernel.promising import with_promise
    from equipoise.simulation.operating import grid

    at_visits = not exact_days
    if scenarios is not None:
        if truth is not None or vary:
            raise InputError("--scenarios names truths of its own: leave out --truth and --vary")
        points = grid.scenarios(protocol, [s for s in scenarios if s], read_at_visits=at_visits)
    else:
        axes = [grid.parse_axis(v) for v in vary or []]
        points = grid.grid(protocol, truth=truth, axes=axes, read_at_visits=at_visits)
    if promising is None:
        return points
    return [p._replace(scenario=with_promise(p.scenario, promising)) for p in points]


def _named(point: Point) -> dict[str, str]:
    return {"scenarios": point.grid} if point.grid else {}


def _numbered(path: Path | None, number: int, only: bool) -> Path | None:
    """Each scenario of a grid has a file of its own."""
    if path is None or only:
        return path
    return path.with_name(f"{path.stem}-{number + 1}{path.suffix}")


def _simulate(
    point: Point,
    trials: int,
    seed: int,
    workers: int,
    cluster: str | None,
    checkpoint: Path | None,
    keep: Path | None,
    *,
    resume: bool,
    quiet: bool,
) -> Operating:
    from equipoise.simulation.operating.batches import on_threads, simulate_scenario

    if keep is not None:
        keep = keep.absolute()
        keep.mkdir(parents=True, exist_ok=True)
    if cluster is None:
        runner = on_threads(workers, keep=keep)
    else:
        from equipoise.simulation.operating.cluster import on_dask

        runner = on_dask(cluster, keep=keep)

    def run(watch: Watch | None) -> Operating:
        return simulate_scenario(
            point.scenario,
            trials=trials,
            seed=seed,
            runner=runner,
            watch=watch,
            checkpoint=checkpoint,
            resume=resume,
        )

    return run(None) if quiet else _with_bar(run, point.words or point.scenario.name, trials)


def _with_bar(run: Callable[[Watch], Operating], name: str, trials: int) -> Operating:
    """Run under a progress bar with rate and time left, on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} trials, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=trials, rate=0.0)

        def watch(done: int) -> None:
            bar.update(task, completed=done, rate=bar.tasks[0].speed or 0.0)

        return run(watch)


def _print(results: list[tuple[Point, Operating]]) -> None:
    """One scenario with all its rows, or several as a table."""
    if len(results) == 1:
        _print_one(*results[0])
        return
    from equipoise.simulation.operating.side_by_side import lines

    for line in lines(results):
        typer.echo(line)


def _print_one(point: Point, found: Operating) -> None:
    """The rows as text, one block per hypothesis and look."""
    if point.words:
        typer.echo(point.words)
    head = f"{found.scenario}: {found.trials:,} trials, seed {found.seed}"
    typer.echo(f"{head}  (virtual patients)")
    before = None
    for row in found.rows:
        if (row.hypothesis, row.look) != before:
            before = (row.hypothesis, row.look)
            typer.echo("  " + ", ".join(part for part in before if part))
        value = "not estimable" if row.value is None else f"{row.value:.6g}"
        error = "" if row.error is None else f" +- {row.error:.2g}"
        typer.echo(f"    {row.statistic:<36} {value}{error} {row.unit}".rstrip())
    typer.echo(f"  digest {found.digest}")
