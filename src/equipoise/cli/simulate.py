"""`equipoise simulate`: many virtual trials of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.repeatable import ALONE

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.simulation.operating.characteristics import Operating
    from equipoise.simulation.operating.grid import Point
    from equipoise.simulation.operating.points import Watching


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
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

    The same seed gives the same bytes, whatever the workers, the cluster or a resumed run. A design
    that arrays do not know (MMRM, a margin) goes patient by patient, and says so.
    """
    from equipoise.cli.opened import opened
    from equipoise.errors import InputError

    if resume and checkpoint is None:
        raise InputError("--resume needs --checkpoint FILE")
    arrays_only = (scenarios, vary, cluster, promising, checkpoint, keep, output)
    may_go_by_records = not exact_days and all(one is None for one in arrays_only)
    protocol = opened(file)
    if may_go_by_records and _by_records(protocol, truth, trials, seed, workers, as_json=as_json):
        return
    from equipoise.simulation.operating.points import simulate_points

    results = simulate_points(
        _asked(protocol, truth, scenarios, vary, promising, exact_days=exact_days),
        trials=trials,
        seed=seed,
        workers=workers,
        cluster=cluster,
        checkpoint=checkpoint,
        resume=resume,
        keep=keep,
        watching=_watching(trials, quiet=as_json),
    )
    is_grid = bool(scenarios is not None or vary)
    _show(results, is_grid=is_grid, as_json=as_json, output=output)


def _show(
    results: list[tuple[Point, Operating]], *, is_grid: bool, as_json: bool, output: Path | None
) -> None:
    if as_json:
        _print_json(results, is_grid=is_grid)
    else:
        _print(results)
    if output is not None:
        from equipoise.simulation.operating.scenario_table import write

        write(results, output)


def _by_records(
    protocol: Protocol, truth: str | None, trials: int, seed: int, workers: int | None,
    *, as_json: bool,
) -> bool:  # fmt: skip
    """Print trials that went one by one through their records; False where arrays can do it."""
    from equipoise.simulation.kernel.hypotheses import beyond_arrays

    why = beyond_arrays(protocol, truth=truth) if truth is not None else ()
    if truth is None or not why:
        return False
    import json
    from contextlib import nullcontext

    from equipoise.cli.check import tell_not_planned
    from equipoise.cli.progress import timed
    from equipoise.simulation.operating.by_records import simulate_by_records

    with nullcontext() if as_json else timed(truth, trials) as watch:
        found = simulate_by_records(
            protocol, truth=truth, trials=trials, seed=seed, why=why, workers=workers, watch=watch
        )
    if as_json:
        typer.echo(json.dumps({"set": {}, **found.to_dict()}, indent=1))
    else:
        _print_one("", found)
        tell_not_planned(protocol)
    return True


def _asked(
    protocol: Protocol,
    truth: str | None,
    scenarios: list[str] | None,
    vary: list[str] | None,
    promising: str | None,
    *,
    exact_days: bool,
) -> list[Point]:
    from equipoise.simulation.operating.points import points

    return points(
        protocol,
        truth=truth,
        named=None if scenarios is None else [name for name in scenarios if name],
        vary=vary or (),
        promising=promising,
        read_at_visits=not exact_days,
    )


def _watching(trials: int, *, quiet: bool) -> Watching:
    """A bar on stderr for each scenario."""
    from contextlib import nullcontext

    from equipoise.cli.progress import timed

    if quiet:
        return lambda point: nullcontext()
    return lambda point: timed(point.words or point.scenario.name, trials)


def _print_json(results: list[tuple[Point, Operating]], *, is_grid: bool) -> None:
    import json

    body = [{**_named(point), "set": point.set, **f.to_dict()} for point, f in results]
    typer.echo(json.dumps(body if is_grid else body[0], indent=1))


def _named(point: Point) -> dict[str, str]:
    return {"scenarios": point.grid} if point.grid else {}


def _print(results: list[tuple[Point, Operating]]) -> None:
    """One scenario with all its rows, or several as a table."""
    if len(results) == 1:
        point, found = results[0]
        _print_one(point.words, found)
        return
    from equipoise.simulation.operating.scenario_table import lines

    for line in lines(results):
        typer.echo(line)


def _print_one(words: str, found: Operating) -> None:
    """The rows as text, one block per hypothesis and look."""
    if words:
        typer.echo(words)
    for why in found.beyond_arrays:
        typer.echo(f"every trial goes patient by patient, since arrays cannot: {why}")
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
