"""`equipoise sdtm`: what a trial's store holds, as SDTM; as it is, or as it was known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, say


def command(
    where: Where,
    at: Annotated[
        str | None, typer.Option(help="As known at the end of a day (UTC), or at a time.")
    ] = None,
    cut: Annotated[str | None, typer.Option(help="As known at a cut, by its name.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder that gets the tables.")
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", help="xpt, parquet or json (Dataset-JSON).")
    ] = "xpt",
    by: Annotated[
        str | None, typer.Option(help="The account that takes them: what it may know, and logged.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="With --by: the data of one site.")] = None,
    as_json: AsJson = False,
) -> None:
    """The tables of a trial's store, rebuilt from its audit; by default into its sdtm/."""
    from equipoise.cli.opened import folder_of
    from equipoise.errors import InputError
    from equipoise.sdtm.read.write import write_tables

    if at is not None and cut is not None:
        raise InputError("a time and a cut: expected one of them")
    found = folder_of(where)
    if site is not None and by is None:
        raise InputError("--site goes with --by: who takes the data of a site")
    data = (
        found.sdtm(at=at, cut=cut) if by is None else found.taken(by=by, site=site, at=at, cut=cut)
    )
    write_tables(data, output or found.trial / "sdtm", file_format=file_format)
    rows = {name: table.height for name, table in data.tables.items()}
    text = "\n".join(
        [*(f"{name}: {n:,} rows" for name, n in rows.items()), f"digest {data.digest}"]
    )
    say(text, {"rows": rows, "digest": data.digest}, as_json=as_json)
