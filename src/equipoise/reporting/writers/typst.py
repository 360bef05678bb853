"""Displays as typst, which makes the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from equipoise.errors import InputError
from equipoise.reporting.model import Display, Line, plain
from equipoise.reporting.writers.page import Stamp, spans, title_lines

_BREAK = "\N{ZERO WIDTH SPACE}"  # where a long word may be broken; it has no width and no ink
_LONG = re.compile(r"(\S{24})(?=\S{8})")
_SIGNS = re.compile(r"([\\#$*_`@<>\[\]~/=+\-'\"])")


def escaped(text: str) -> str:
    """Text in typst's markup, every sign that means something with a backslash.

    >>> escaped("#1 [a] *b* P<0.001")
    '\\\\#1 \\\\[a\\\\] \\\\*b\\\\* P\\\\<0.001'
    """
    breakable = _LONG.sub(rf"\1{_BREAK}", text)
    return _SIGNS.sub(r"\\\1", breakable).replace("\n", " \\ ")


def typst(displays: Sequence[Display], stamp: Stamp) -> str:
    """One document, a heading for each display."""
    head = page_head(stamp.head, f"Equipoise: {stamp.digests}")
    return head + "#pagebreak()\n".join(table_markup(display) for display in displays)


def page_head(title: str, foot: str, *, flipped: bool = True) -> str:
    """What a document begins with: its title, running head, page x of y, and foot."""
    return (
        f"#set document(title: {string_markup(title)}, date: none)\n"
        f'#set page(paper: "us-letter", flipped: {str(flipped).lower()}, margin: 2cm, '
        f"header: [{escaped(title)} #h(1fr) Page #context counter(page).display() of "
        "#context counter(page).final().first()], "
        f"footer: [#text(7pt)[{escaped(foot)}]])\n"
        '#set text(8pt, lang: "en")\n#show heading: set text(9pt)\n'
        "#show table.cell.where(y: 0): strong\n"
    )


def string_markup(text: str) -> str:
    """Text as a string of typst's code."""
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def table_markup(display: Display, level: int = 1) -> str:
    """A heading of a level, the table and its footnotes."""
    side = "left" if display.words else "right"
    columns = ", ".join(f"{s}fr" for s in display.shares or [2, *[1] * len(display.heads)])
    aligned = ", ".join(["left", *[side] * len(display.heads)])
    heads = "".join(f", [{escaped(plain(head))}]" for head in display.heads)
    notes = "".join(f"#text(7pt)[{escaped(note)}]\n\n" for note in display.footnotes)
    title = ". ".join(title_lines(display))
    rows = "\n".join(_lines(display))
    return (
        f"{'=' * level} {escaped(title)} <t{display.key}>\n"
        f"#table(columns: ({columns}), align: ({aligned}), stroke: none, inset: 3pt,\n"
        f"table.hline(), table.header([{escaped(display.corner)}]{heads}), table.hline(),\n"
        f"{rows}\ntable.hline())\n{notes}"
    )


def _lines(display: Display) -> Iterator[str]:
    for line in display.lines:
        label = f"#h({line.indent}em){escaped(line.label)}" if line.indent else escaped(line.label)
        if spans(line):
            yield _spanning(line, label, len(display.heads) + 1)
        else:
            yield _cells(line, label)


def _spanning(line: Line, label: str, columns: int) -> str:
    """A remark, or a heading of lines: a header of the second level, never alone below."""
    if line.indent:
        return f"table.cell(colspan: {columns})[{label}],"
    cell = f"table.cell(colspan: {columns})[*{label}*]"
    return f"table.header(level: 2, repeat: false, {cell}),"


def _cells(line: Line, label: str) -> str:
    return "".join(f"[{text}], " for text in (label, *(escaped(plain(c)) for c in line.cells)))


def pdf(displays: Sequence[Display], stamp: Stamp) -> bytes:
    """The PDF, tagged, by the package `typst`. Raises InputError where it is not installed."""
    return compiled(typst(displays, stamp))


def compiled(source: str, form: Literal["pdf", "png", "svg"] = "pdf") -> bytes:
    """A document as PDF (tagged), PNG or SVG. Raises InputError where `typst` is not installed."""
    try:
        import typst as engine
    except ImportError:
        raise InputError(
            "PDF needs the package typst, which is not installed; "
            "do: pip install typst, or take rtf, docx, tex, csv, json or html"
        ) from None
    if form == "pdf":
        return bytes(engine.compile(source.encode(), format="pdf", pdf_standards=["ua-1"]))
    return bytes(engine.compile(source.encode(), format=form, ppi=300.0))
