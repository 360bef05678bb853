"""`equipoise published`: published figures beside those of many virtual trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from equipoise.protocol import Protocol
    from equipoise.simulation.operating.published import Beside


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file with `report.published`.")],
    truth: Annotated[str, typer.Option(help="Truth that the patients obey.")],
    seed: Annotated[int, typer.Option(min=0, help="Key of every random draw.")],
    trials: Annotated[int, typer.Option(min=40, help="Virtual trials.")] = 10_000,
    records: Annotated[
        int,
        typer.Option(
            min=40,
            help="Virtual trials, at most, for figures that need a trial's records, such as"
            " laboratory grades: a second for every three.",
        ),
    ] = 1_000,
    look: Annotated[
        str | None, typer.Option(help="Look of the published figures; by default the report's.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default as many as there are cores.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON only.")] = False,
) -> None:
    """Print each published figure beside the central 95% of virtual trials of a truth."""
    import json

    from equipoise.errors import InputError
    from equipoise.meaning.check import read
    from equipoise.meaning.looks import default_look
    from equipoise.patients.world import truth_named
    from equipoise.simulation.operating.published import beside

    protocol = read(file)
    truth_named(protocol, truth)
    if not protocol.report.published:
        raise InputError(f"{file}: the protocol lists no figures under `report.published`")
    rows = _rows(protocol, truth, seed, trials, records, look or default_look(protocol), workers)
    found = beside(protocol, rows)
    if as_json:
        typer.echo(json.dumps([b._asdict() | {"inside": b.inside} for b in found], indent=1))
        return
    _print(found, truth, seed)


def _rows(
    protocol: Protocol,
    truth: str,
    seed: int,
    trials: int,
    records: int,
    look: str,
    workers: int | None,
) -> pl.DataFrame:
    """The intervals, under a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from equipoise.simulation.operating.published import planned_trials, published_intervals

    with Progress(console=Console(stderr=True)) as bar:
        total = planned_trials(protocol, trials=trials, records=records)
        task = bar.add_task(truth, total=total)
        return published_intervals(
            protocol,
            truth=truth,
            seed=seed,
            trials=trials,
            records=records,
            look=look,
            workers=workers,
            watch=lambda done: bar.update(task, completed=done),
        )


def _print(found: list[Beside], truth: str, seed: int) -> None:
    known = [b for b in found if b.inside is not None]
    inside = sum(bool(b.inside) for b in known)
    head = f"{truth}: {inside} of {len(known)} published figures lie in the central 95%"
    typer.echo(f"{head} of virtual trials, seed {seed}  (virtual patients)")
    titles = ("", "source", "published", "2.5%", "median", "97.5%", "inside", "trials")
    cells = [titles, *(_cells(b) for b in found)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))
        typer.echo(f"  {line.rstrip()}")


def _cells(b: Beside) -> tuple[str, ...]:
    values = ["not reached" if v is None else f"{v:.4g}" for v in (b.lower, b.median, b.upper)]
    published = "-" if b.published is None else f"{b.published:.4g}"
    inside = {None: "-", True: "yes", False: "no"}[b.inside]
    return b.says, ", ".join(b.sources) or "-", published, *values, inside, f"{b.trials:,}"
