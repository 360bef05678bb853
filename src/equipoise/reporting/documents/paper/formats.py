"""The formats of a document; none of them formats a number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equipoise.errors import InputError, did_you_mean
from equipoise.reporting.documents.paper.docx import document_docx
from equipoise.reporting.documents.paper.html import document_html
from equipoise.reporting.documents.paper.model import PaperDocument, document_text
from equipoise.reporting.documents.paper.plain import document_json
from equipoise.reporting.documents.paper.typst import document_pdf
from equipoise.reporting.write import write_bytes

DOCUMENT_WRITERS: dict[str, Callable[[PaperDocument], str | bytes]] = {
    "text": document_text,
    "html": document_html,
    "docx": document_docx,
    "pdf": document_pdf,
    "json": document_json,
}


def document_as(document: PaperDocument, form: str) -> bytes:
    """The document in a format: the same document is the same bytes.

    Raises   InputError if there is no such format.
    """
    if form not in DOCUMENT_WRITERS:
        known, hint = ", ".join(DOCUMENT_WRITERS), did_you_mean(form, DOCUMENT_WRITERS)
        raise InputError(f'to: found "{form}", expected {known}{hint}')
    made = DOCUMENT_WRITERS[form](document)
    return made if isinstance(made, bytes) else made.encode()


def write_document(document: PaperDocument, path: str | Path, *, to: str) -> Path:
    """Write a document as one file, which appears whole.

    to : text, html, docx, pdf or json
    Returns  the path
    Raises   InputError if there is no such format.
    """
    return write_bytes(Path(path), document_as(document, to))
