"""What the commands that write documents share: formats, the file, and how it is said."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from equipoise.reporting.documents.paper.model import PaperDocument


class Form(StrEnum):
    """File formats of documents."""

    text = "text"
    html = "html"
    docx = "docx"
    pdf = "pdf"
    json = "json"


ToForm = Annotated[Form, typer.Option("--to", help="File format.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", "-o", help="File to write; else standard output.")
]


def show_document(
    document: PaperDocument, to: Form, out: Path | None, *, as_json: bool, told: str = ""
) -> None:
    """Write a document, or print it; say what people have still to write.

    told : one more line to say
    Raises   InputError for a format that a terminal cannot show.
    """
    from equipoise.cli.opened import say
    from equipoise.errors import InputError
    from equipoise.reporting.documents.paper.formats import document_as, write_document

    form = Form.json if as_json and out is None else to
    if out is None and form in (Form.docx, Form.pdf):
        raise InputError(f"--to {form.value}: expected --out FILE too; a terminal cannot show it")
    if out is None:
        typer.echo(document_as(document, form.value).decode().rstrip("\n"))
        return
    path = write_document(document, out, to=to.value)
    open_ = [block.key for block in document.unwritten]
    body: dict[str, Any] = {"file": str(path), "title": document.title, "to be written": open_}
    lines = [str(path), *([told] if told else [])]
    lines += [f"to be written in text.yaml: {', '.join(open_)}"] if open_ else []
    say("\n".join(lines), body, as_json=as_json)
