"""`equipoise audit`: the audit of a trial, verified and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.conduct import folder_of
from equipoise.cli.opened import AsJson, say

app = typer.Typer(help="The audit of a trial: verified, exported.", no_args_is_help=True)


@app.command()
def verify(
    where: Where,
    anchors: Annotated[
        Path | None, typer.Option(help="anchors.txt as you have kept it; by default the folder's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every link, every anchor, and every table beside the audit; exit code 1 for a fault."""
    lines = None if anchors is None else anchors.read_text("ascii").splitlines(keepends=True)
    found = folder_of(where).audited(outside=lines)
    body = {"rows": found.rows, "chains": found.chains, "faults": list(found.faults)}
    say(found.in_words(), body, as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


@app.command()
def export(
    where: Where,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder that gets the files.")],
    site: Annotated[str | None, typer.Option(help="The chain of one site alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """audit.tsv, anchors.txt, and the script that verifies them with Python alone."""
    count = folder_of(where).export_audit(output, site=site)
    text = f"{count:,} rows; verify them: python {output}/verify_audit.py {output}"
    say(text, {"rows": count, "folder": str(output)}, as_json=as_json)
