"""equipoise run: one virtual trial, written as SDTM."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class _Format(StrEnum):
    """File formats that a virtual trial is written in."""

    xpt = "xpt"
    parquet = "parquet"
    json = "json"


def command(
    where: Annotated[
        Path, typer.Argument(help="A protocol file, or the folder that holds protocol.yaml.")
    ],
    truth: Annotated[str, typer.Option(help="Which of the protocol's truths the patients obey.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed; the same one gives the same trial.")],
    trial: Annotated[int, typer.Option(min=0, help="Number of the trial under this seed.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder that gets sdtm/; the protocol's own if left out.")
    ] = None,
    file_format: Annotated[_Format, typer.Option("--format", help="File format.")] = _Format.xpt,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Run one virtual trial, patient by patient, and write what was collected as SDTM."""
    import json

    from equipoise.patients.silence import dose_rules_untold
    from equipoise.workspace.run import run_into

    kind = file_format.value
    done = run_into(where, truth=truth, seed=seed, trial=trial, out=out, file_format=kind)
    if as_json:
        typer.echo(json.dumps({**done.origin, "folder": str(done.folder)}))
        return
    from equipoise.cli.check import tell_not_planned

    typer.echo(repr(done.record))
    tell_not_planned(done.record.protocol)
    typer.echo(f"{done.data!r}\nwritten to {done.folder}")
    if untold := dose_rules_untold(done.record):
        typer.echo(
            f'the truth "{truth}" says nothing of {", ".join(untold)}: no dose waits for them'
        )
