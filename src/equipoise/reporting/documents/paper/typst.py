"""A document as typst, which makes the PDF."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.reporting.documents.paper.model import (
    Chapter,
    PaperDocument,
    PeoplesText,
    box,
    paragraphs,
    said,
)
from equipoise.reporting.model import Display
from equipoise.reporting.writers.typst import compiled, escaped, page_head, table_markup


def document_typst(document: PaperDocument) -> str:
    """The source: portrait pages, a running head, headings that stay with what follows."""
    head = page_head(document.head or document.title, document.foot, flipped=False)
    head += "#set text(9.5pt)\n#show table: set text(8pt)\n"
    head += f"#text(16pt)[*{escaped(document.title)}*]\n\n"
    under = "".join(f"#text(8pt)[{escaped(line)}]\n\n" for line in document.under)
    return head + under + "\n".join(part for c in document.chapters for part in _chapter(c))


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"{'=' * chapter.level} {escaped(chapter.heading)}\n"
    if chapter.items:
        yield f"#text(7pt)[{escaped(', '.join(chapter.items))}]\n"
    for block in paragraphs(chapter):
        if isinstance(block, tuple):
            yield escaped(" ".join(map(said, block))) + "\n"
        elif isinstance(block, Display):
            yield table_markup(block, chapter.level + 1)
        elif isinstance(block, PeoplesText):
            yield _field(block)


def _field(block: PeoplesText) -> str:
    if block.text:
        return "\n\n".join(escaped(line) for line in block.text.split("\n")) + "\n"
    stroke = '(paint: rgb("#8a5a00"), dash: "dashed")'
    return f"#block(width: 100%, stroke: {stroke}, inset: 6pt)[{escaped(box(block))}]\n"


def document_pdf(document: PaperDocument) -> bytes:
    """The PDF, tagged. Raises InputError where the package typst is not installed."""
    return compiled(document_typst(document))
