"""equipoise queries: what a data manager must ask the site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import AsJson, Where


def command(
    where: Where,
    csv: Annotated[Path | None, typer.Option(help="CSV file to write the list to.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what only the site can settle, with file, row, subject, and what to ask."""
    import json

    from equipoise.adam.queries import queries
    from equipoise.cli.workspace import Workspace
    from equipoise.sdtm.read import survey_sdtm

    space = Workspace.at(where)
    protocol = space.protocol()
    found = queries(survey_sdtm(space.sdtm, protocol=protocol), protocol=protocol)
    if csv is not None:
        found.write_csv(csv)
    if as_json:
        rows = [{k.lower(): v for k, v in row.items()} for row in found.iter_rows(named=True)]
        typer.echo(json.dumps({"queries": rows}, ensure_ascii=False, indent=1))
        return
    for row in found.iter_rows(named=True):
        place = f"{row['FILE']} row {row['ROW']}" if row["ROW"] else row["FILE"] or "data"
        subject = f" {row['USUBJID']}" if row["USUBJID"] else ""
        typer.echo(f"{row['QUERY']} {place}{subject}: {row['FOUND']}\n    {row['ASK']}")
    subjects = found["USUBJID"].drop_nulls().n_unique()
    typer.echo(f"{found.height} queries about {subjects} subjects" + (f"; {csv}" if csv else ""))
