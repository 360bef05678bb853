"""equipoise protocol: the protocol as a document, and what people wrote into it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.documents import Form, OutFile, ToForm, show_document
from equipoise.cli.opened import AsJson


class _As(StrEnum):
    """The order of the document."""

    m11 = "m11"
    spirit = "spirit"


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    form: Annotated[
        _As, typer.Option("--as", help="Sections of ICH M11, or items of SPIRIT 2025.")
    ] = _As.m11,
    to: ToForm = Form.text,
    out: OutFile = None,
    edited: Annotated[
        Path | None,
        typer.Option("--from", help="A DOCX that people filled in: keep their texts."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the protocol as a document; people's texts are kept in text.yaml beside it."""
    from equipoise.cli.opened import opened, say
    from equipoise.reporting.documents.people import TEXTS_FILE, keep_texts, read_texts
    from equipoise.reporting.documents.protocol.document import protocol_document

    protocol = opened(file)
    if edited is not None:
        kept = keep_texts(edited, file.parent)
        place = file.parent / TEXTS_FILE
        body = {"file": str(place), "texts": list(kept)}
        say(f"{place}: {', '.join(kept) or 'nothing new'}", body, as_json=as_json)
        return
    made = protocol_document(protocol, form=form.value, text=read_texts(file.parent))
    show_document(made, to, out, as_json=as_json)
