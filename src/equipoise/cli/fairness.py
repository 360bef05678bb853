"""`equipoise fairness FILE`: what the allocation gives away, and how well it balances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    where: Annotated[
        Path, typer.Argument(help="A protocol file, or the folder that holds protocol.yaml.")
    ],
    truth: Annotated[
        str | None, typer.Option(help="Whose strata the subjects have; the first one if left out.")
    ] = None,
    trials: Annotated[int, typer.Option(min=100, help="Number of virtual trials.")] = 5000,
    seed: Annotated[int, typer.Option(min=0, help="Key of every random draw.")] = 1,
    figure: Annotated[Path | None, typer.Option(help="SVG file that gets the figure.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """What can be guessed, how the arms balance, and the error of the test: methods side by side.

    Exit code 1 where the protocol's own method should not go live.
    """
    import json

    from equipoise.cli.opened import opened
    from equipoise.errors import InputError
    from equipoise.protocol.read.resolve import write_text
    from equipoise.simulation.fairness import side_by_side
    from equipoise.simulation.fairness.fairness import fairness

    protocol = opened(where)
    if truth is None and not protocol.truth:
        raise InputError("the strata of the subjects are those of a truth, and there is none")
    found = fairness(protocol, truth=truth or next(iter(protocol.truth)), trials=trials, seed=seed)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1))
    else:
        for line in side_by_side.table(found):
            typer.echo(line)
    if figure is not None:
        write_text(figure, side_by_side.figure(found))
    if found.refused:
        raise typer.Exit(1)
