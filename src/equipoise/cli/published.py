"""`equipoise published`: published figures beside those of many virtual trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
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
    from equipoise.cli.opened import opened
    from equipoise.cli.progress import counted
    from equipoise.simulation.operating import published as many

    protocol = opened(file)
    total = many.planned_trials(protocol, trials=trials, records=records)
    with counted(truth, total) as watch:
        found = many.published(
            protocol,
            truth=truth,
            seed=seed,
            trials=trials,
            records=records,
            look=look,
            workers=workers,
            watch=watch,
        )
    if as_json:
        _print_json(found)
    else:
        _print(found, truth, seed)


def _print_json(found: list[Beside]) -> None:
    import json

    typer.echo(json.dumps([b._asdict() | {"inside": b.inside} for b in found], indent=1))


def _print(found: list[Beside], truth: str, seed: int) -> None:
    from equipoise.reporting.columns import columns

    known = [b for b in found if b.inside is not None]
    inside = sum(bool(b.inside) for b in known)
    head = f"{truth}: {inside} of {len(known)} published figures lie in the central 95%"
    typer.echo(f"{head} of virtual trials, seed {seed}  (virtual patients)")
    titles = ("", "source", "published", "2.5%", "median", "97.5%", "inside", "trials")
    for line in columns([titles, *map(_cells, found)]):
        typer.echo(f"  {line}")


def _cells(b: Beside) -> tuple[str, ...]:
    values = ["not reached" if v is None else f"{v:.4g}" for v in (b.lower, b.median, b.upper)]
    published = "-" if b.published is None else f"{b.published:.4g}"
    inside = {None: "-", True: "yes", False: "no"}[b.inside]
    return b.says, ", ".join(b.sources) or "-", published, *values, inside, f"{b.trials:,}"
