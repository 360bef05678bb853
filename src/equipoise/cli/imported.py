"""`equipoise conduct import`: what was collected in REDCap, by a map, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say

NAME_OF_MAP = "map.yaml"


def import_data(
    where: Where,
    redcap: Annotated[
        tuple[Path, Path], typer.Option(help="The export (raw, CSV) and the data dictionary.")
    ],
    plan: Annotated[
        Path | None,
        typer.Option("--map", help="The edited map; without one, map.yaml is suggested."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who enters it: may enter data at its sites.")] = "",
    statistician: Annotated[
        str, typer.Option(help="Who takes the old allocations in, where the map tells of them.")
    ] = "",
    dry_run: Annotated[bool, typer.Option(help="Try everything, keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter an export of REDCap by a map; exit code 1 with every problem, and nothing imported."""
    from equipoise.errors import InputError
    from equipoise.workspace.exchange.redcap import import_redcap_files, suggest_redcap_map

    folder, (data, dictionary) = folder_of(where), redcap
    if plan is None:
        made = suggest_redcap_map(folder, data, dictionary, data.with_name(NAME_OF_MAP))
        lines = [*made.open, f"{made.file}: edit it; {len(made.open)} fields have no place yet"]
        say("\n".join(lines), {"map": str(made.file), "open": made.open}, as_json=as_json)
        return
    if not by:
        raise InputError("expected --by: who enters it")
    found = import_redcap_files(
        folder, data, dictionary, plan, by=by, statistician=statistician, dry_run=dry_run
    )
    text = "\n".join([*found.problems, found.in_words()])
    say(text, found._asdict(), as_json=as_json)
    if found.problems:
        raise typer.Exit(1)
