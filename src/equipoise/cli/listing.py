"""equipoise listing: the records of a domain as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say
from equipoise.cli.tables import TableForm


def command(
    where: Where,
    domain: Annotated[str, typer.Argument(help="Of SDTM or ADaM, as AE or ADTTE.")],
    to: Annotated[TableForm, typer.Option("--to", help="File format.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    which: Annotated[
        str | None, typer.Option("--where", help="A condition over its variables.")
    ] = None,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the records of a domain, as they were at a look."""
    from equipoise.reporting.writers.listing import write_listing
    from equipoise.workspace.folder import Workspace

    made = write_listing(Workspace.at(where).derived(look), domain, out, to=to.value, where=which)
    paged = f", {made.pages} pages" if to is TableForm.rtf else ""
    text = f"{out}: {len(made.rows)} records{paged}"
    body = {"file": str(out), "records": len(made.rows), "notes": list(made.notes)}
    say("\n".join([text, *made.notes[1:]]), body, as_json=as_json)
