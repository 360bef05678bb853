"""equipoise run: one virtual trial, written as SDTM."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
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
    file_format: Annotated[Format, typer.Option("--format", help="File format.")] = Format.xpt,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Run one virtual trial, patient by patient, and write what was collected as SDTM."""
    import json

    from equipoise.meaning.check import read
    from equipoise.sdtm.tabulate.tabulate import tabulate
    from equipoise.simulation.object.run import run
    from equipoise.simulation.object.write_trial import write_trial

    path = where / "protocol.yaml" if where.is_dir() else where
    protocol = read(path)
    record = run(protocol, truth=truth, seed=seed, trial=trial)
    folder = (out or path.parent) / "sdtm"
    data = tabulate(record)
    origin = write_trial(record, data, folder, file_format=file_format.value)
    if as_json:
        typer.echo(json.dumps({**origin, "folder": str(folder)}))
        return
    typer.echo(repr(record))
    typer.echo(f"{data!r}\nwritten to {folder}")
