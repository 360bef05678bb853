"""equipoise compare: what changed between two builds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.documents import Form, OutFile, show_document
from equipoise.cli.opened import AsJson, say


class _To(StrEnum):
    """File formats of a comparison."""

    text = "text"
    html = "html"
    json = "json"


def command(
    before: Annotated[Path, typer.Argument(help="A build, as trial/build/pfs-final.")],
    after: Annotated[Path, typer.Argument(help="Another build.")],
    to: Annotated[_To, typer.Option("--to", help="File format.")] = _To.text,
    out: OutFile = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if anything differs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what changed between two builds, number by number, and the patients behind it."""
    from equipoise.reporting.comparison.compare import NO_DIFFERENCE
    from equipoise.reporting.write import write_text
    from equipoise.workspace.compare import compare

    found = compare(before, after)
    if (as_json and out is None) or (to is _To.json and out is None):
        typer.echo(found.to_json().rstrip("\n"))
    elif to is _To.json and out is not None:
        say(path := str(write_text(out, found.to_json())), {"file": path}, as_json=as_json)
    elif found.same and out is None:
        typer.echo(NO_DIFFERENCE)
    else:
        show_document(found.document(), Form(to.value), out, as_json=as_json)
    raise typer.Exit(1 if exit_code and not found.same else 0)
