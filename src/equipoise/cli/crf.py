"""equipoise crf: the case report form that follows from a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write, .pdf or .html.")],
    annotated: Annotated[
        bool, typer.Option("--annotated", help="With SDTM names beside every answer (aCRF).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the forms that sites fill in, blank or annotated."""
    from equipoise.cli.opened import opened
    from equipoise.errors import InputError
    from equipoise.reporting.documents.crf.case_report_form import case_report_form
    from equipoise.reporting.write import write_bytes

    if out.suffix not in (".pdf", ".html"):
        raise InputError(f"--out {out}: expected a file that ends in .pdf or .html")
    made = case_report_form(opened(file), annotated=annotated)
    write_bytes(out, made.to_pdf() if out.suffix == ".pdf" else made.to_html().encode())
    asked = sum(len(block.fields) for form in made.forms for block in form.blocks)
    body = {
        "file": str(out), "title": made.title, "digest": made.digest, "annotated": annotated,
        "forms": [form.key for form in made.forms], "questions": asked,
    }  # fmt: skip
    say(f"{out}: {len(made.forms)} forms, {asked} questions", body, as_json=as_json)
