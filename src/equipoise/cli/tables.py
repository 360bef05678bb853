"""equipoise tables: every table as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


class TableForm(StrEnum):
    """File formats of tables."""

    rtf = "rtf"
    docx = "docx"
    pdf = "pdf"
    tex = "tex"
    html = "html"
    csv = "csv"
    json = "json"


def command(
    where: Where,
    to: Annotated[TableForm, typer.Option("--to", help="File format.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that gets the files.")],
    only: Annotated[str, typer.Option(help='Which tables, as "14.2*".')] = "*",
    shells: Annotated[bool, typer.Option("--shells", help="An x for every digit.")] = False,
    style: Annotated[
        str, typer.Option(help="How numbers are printed: regulator, nejm, annals or lancet.")
    ] = "regulator",
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write a file for each table of the report, one with all of them, and an index."""
    from equipoise.reporting.writers.files import write_tables
    from equipoise.workspace.answers import results_of

    results = results_of(where, look, collected=False)
    made, missing = write_tables(results, out, to=to.value, only=only, shells=shells, style=style)
    files = [str(path) for path in made]
    gaps = [f"{gap.number} {gap.title}, because {gap.why}" for gap in missing]
    text = "\n".join([*files, *(f"not made: {gap}" for gap in gaps)])
    say(text, {"files": files, "not made": gaps}, as_json=as_json)
