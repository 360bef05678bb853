"""`equipoise odm`: what was conducted as CDISC ODM 1.3.2, with every row of the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say


def command(
    where: Where,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File that gets it: study.xml.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A file to compare with the store, instead of writing one.")
    ] = None,
    snapshot: Annotated[
        bool,
        typer.Option(
            "--snapshot/--transactional",
            help="The records as they stand, or every row of the audit with its AuditRecord.",
        ),
    ] = False,
    at: Annotated[
        str | None, typer.Option(help="As known at the end of a day (UTC), or at a time.")
    ] = None,
    cut: Annotated[str | None, typer.Option(help="As known at a cut, by its name.")] = None,
    by: Annotated[
        str | None, typer.Option(help="The account that takes it: what it may know, and logged.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="With --by: of one site.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a trial's conduct as ODM, read it back and compare; exit code 1 for differences."""
    from equipoise.errors import InputError
    from equipoise.workspace.exchange.taken import Taking, compare_odm, write_odm

    if (output is None) == (against is None):
        raise InputError("expected one of --output and --against")
    taking, folder = Taking(by, site, at, cut), folder_of(where)
    if output is not None:
        made = write_odm(folder, output, taking, snapshot=snapshot)
    else:
        assert against is not None
        made = compare_odm(folder, against, taking)
    body = {
        "file": str(output or against), "type": made.file_type, "records": made.records,
        "audit rows": made.audit_rows, "withheld": made.withheld, "differences": [*made.differs],
    }  # fmt: skip
    say("\n".join([*made.differs, f"{body['file']}: {made.in_words()}"]), body, as_json=as_json)
    if made.differs:
        raise typer.Exit(1)
