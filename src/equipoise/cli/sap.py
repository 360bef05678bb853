"""equipoise sap: the statistical analysis plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.documents import Form, OutFile, ToForm, show_document
from equipoise.cli.opened import AsJson


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    to: ToForm = Form.text,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the statistical analysis plan that a protocol implies."""
    from equipoise.cli.opened import opened
    from equipoise.reporting.documents.people import read_texts
    from equipoise.reporting.documents.plan.sap import sap

    made = sap(opened(file), text=read_texts(file.parent))
    show_document(made, to, out, as_json=as_json)
