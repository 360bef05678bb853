"""`equipoise upgrade`: the store of a trial, brought up to this program's version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say


def command(
    where: Where,
    backup: Annotated[
        Path | None, typer.Option(help="A backup that was made after the service was stopped.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="File with the key of the backup.")] = None,
    database: Annotated[
        str, typer.Option("--db", help="URL of PostgreSQL for the owner of its tables.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring the store up to this program's version: after a backup that was tried, verified."""
    done = folder_of(where).upgrade(backup, key=key, database=database)
    body = {
        "from": done.before,
        "to": done.after,
        "steps": [step._asdict() for step in done.steps],
        "rows": done.verified.rows,
        "chains": done.verified.chains,
        "faults": list(done.verified.faults),
    }
    say(done.in_words(), body, as_json=as_json)
    if done.verified.faults:
        raise typer.Exit(1)
