"""equipoise plain: the summary for people who are no experts."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.documents import Form, OutFile, ToForm, show_document
from equipoise.cli.opened import AsJson


def command(
    where: Where,
    language: Annotated[str, typer.Option(help="Language of the summary: en.")] = "en",
    to: ToForm = Form.text,
    out: OutFile = None,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the ten parts of a plain summary; what people have to say is taken from text.yaml."""
    from equipoise.reporting.documents.people import read_texts
    from equipoise.reporting.documents.plain import plain_summary
    from equipoise.workspace.answers import results_of
    from equipoise.workspace.folder import Workspace

    text = read_texts(Workspace.at(where).folder)
    made = plain_summary(results_of(where, look, collected=False), language=language, text=text)
    show_document(made, to, out, as_json=as_json)
