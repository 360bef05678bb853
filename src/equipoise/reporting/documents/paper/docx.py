"""A document as DOCX, people's texts in content controls; and what they typed, read back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from equipoise.errors import InputError
from equipoise.reporting.documents.paper.model import (
    UNWRITTEN,
    Chapter,
    PaperDocument,
    PeoplesText,
    box,
    paragraphs,
    said,
)
from equipoise.reporting.model import Display
from equipoise.reporting.writers.docx import PORTRAIT, docx_file, docx_run, docx_table, docx_text
from equipoise.reporting.writers.page import title_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 50_000_000  # bytes of the text of a document


def document_docx(document: PaperDocument) -> bytes:
    """Portrait pages; the same document is the same bytes."""
    parts = [_styled(document.title, "Title"), *map(docx_text, document.under)]
    for i, chapter in enumerate(document.chapters):
        parts += _chapter(chapter, i)
    return docx_file("".join(parts), document.head, document.foot, total=PORTRAIT)


def _styled(text: str, style: str, inside: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inside}{docx_run(text)}</w:p>'


def _chapter(chapter: Chapter, i: int) -> Iterator[str]:
    name = f"c_{chapter.key.replace('-', '_')}"[:40]
    mark = f'<w:bookmarkStart w:id="{i}" w:name="{name}"/><w:bookmarkEnd w:id="{i}"/>'
    yield _styled(chapter.heading, f"Heading{min(chapter.level + 1, 3)}", mark)
    if chapter.items:
        yield docx_text(", ".join(chapter.items))
    for block in paragraphs(chapter):
        if isinstance(block, tuple):
            yield _styled(" ".join(map(said, block)), "Body")
        elif isinstance(block, Display):
            yield docx_text(". ".join(title_lines(block))) + docx_table(block, PORTRAIT)
        elif isinstance(block, PeoplesText):
            yield _control(block)


def _control(block: PeoplesText) -> str:
    """A content control: its tag is the key by which the text is kept."""
    shown = "" if block.text else "<w:showingPlcHdr/>"
    inside = block.text or box(block)
    lines = "".join(_styled(line, "Body") for line in inside.split("\n"))
    sides = ("top", "left", "bottom", "right")
    dashed = "".join(f'<w:{side} w:val="dashed" w:sz="8" w:space="4"/>' for side in sides)
    border = f"<w:pBdr>{dashed}</w:pBdr>"
    if not block.text:
        look = f'<w:pStyle w:val="Body"/>{border}'
        lines = f"<w:p><w:pPr>{look}</w:pPr>{docx_run(inside)}</w:p>"
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(block.asks)}/>"
        f"<w:tag w:val={quoteattr(block.key)}/>{shown}</w:sdtPr>"
        f"<w:sdtContent>{lines}</w:sdtContent></w:sdt>"
    )


def typed_in(path: str | Path) -> dict[str, str]:
    """What people typed into the content controls of a DOCX, by key; boxes are left out.

    Raises   InputError if it is no DOCX that Word could have written.
    """
    try:
        with zipfile.ZipFile(path) as file:
            if file.getinfo("word/document.xml").file_size > _LARGEST:
                raise InputError(f"{path}: expected a document of at most 50 MB of text")
            body = file.read("word/document.xml")
        if b"<!DOCTYPE" in body:
            raise InputError(f"{path}: expected a document without a document type of its own")
        root = ElementTree.fromstring(body)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        raise InputError(f"{path}: expected a DOCX that `equipoise protocol` wrote") from None
    return dict(_controls(root))


def _controls(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for control in root.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        content = control.find(f"{_W}sdtContent")
        if tag is None or content is None:
            continue
        text = "\n".join(_lines(content)).strip()
        if text and not text.startswith(UNWRITTEN):
            yield tag.get(f"{_W}val", ""), text


def _lines(content: ElementTree.Element) -> Iterator[str]:
    """The text of each paragraph; of a control inside a paragraph, its runs."""
    whole = list(content.iter(f"{_W}p"))
    for part in whole or [content]:
        yield "".join(
            "\n" if bit.tag == f"{_W}br" else bit.text or ""
            for bit in part.iter()
            if bit.tag in (f"{_W}t", f"{_W}br")
        )
