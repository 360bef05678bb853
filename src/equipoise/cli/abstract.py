"""equipoise abstract: the structured abstract of a look."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.documents import Form, OutFile, ToForm, show_document
from equipoise.cli.opened import AsJson


def command(
    where: Where,
    words: Annotated[int, typer.Option(min=1, help="The most words.")] = 250,
    to: ToForm = Form.text,
    out: OutFile = None,
    style: Annotated[
        str, typer.Option(help="How numbers are printed: regulator, nejm, annals or lancet.")
    ] = "regulator",
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write a structured abstract; what people have to say is taken from text.yaml."""
    from equipoise.reporting.documents.abstract import abstract
    from equipoise.reporting.documents.people import read_texts
    from equipoise.workspace.answers import results_of
    from equipoise.workspace.folder import Workspace

    text = read_texts(Workspace.at(where).folder)
    made = abstract(results_of(where, look, collected=False), words=words, style=style, text=text)
    show_document(made, to, out, as_json=as_json)
