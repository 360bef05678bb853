"""A report as plain text, and the numbers in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

APPROVE = "EQUIPOISE_APPROVE"
BLOCKS = {"h1", "h2", "p", "dt", "dd", "caption", "summary", "figcaption", "li"}
CELLS = {"td", "th"}
SILENT = {"style", "script", "svg", "head"}


class _Text(HTMLParser):
    """Headings, paragraphs and table rows, one line each; pictures are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.cells: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        if tag in BLOCKS or tag in CELLS:
            self.parts = []
        if tag == "br":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent -= 1
        text = " ".join("".join(self.parts).split())
        if tag in CELLS:
            self.cells.append(text)
        elif tag == "tr":
            self.lines.append(" | ".join(self.cells))
            self.cells = []
        elif tag in BLOCKS:
            mark = {"h1": "# ", "h2": "\n## "}.get(tag, "")
            self.lines.append(mark + text)
        else:
            return
        self.parts = []

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def text_of(html: str) -> str:
    """The report in lines, up to what names digests and versions."""
    parser = _Text()
    parser.feed(html[: html.index("<h2>The data</h2>")])
    return "\n".join(line for line in parser.lines if line) + "\n"


def approved(path: Path, text: str) -> bool:
    """Whether a text is the one that was approved; with EQUIPOISE_APPROVE=1 it then is."""
    if os.environ.get(APPROVE):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text


class Shown(NamedTuple):
    """A number as the report shows it: its row, what hovering says, its text."""

    row: int
    title: str
    text: str


_SPAN = re.compile(r'<span data-row="(\d+)" title="([^"]*)">([^<]*)</span>')


def shown_in(html: str) -> Iterator[Shown]:
    """Every number that names its row."""
    from html import unescape

    for row, title, text in _SPAN.findall(html):
        yield Shown(int(row), unescape(title), unescape(text))


def unmarked(html: str) -> list[str]:
    """Cells of numbers in the tables of results that show a digit of no row."""
    bare = _SPAN.sub("", html)
    found = []
    for key in ("baseline", "efficacy", "safety", "terms"):
        table = re.search(rf'<div id="table-{key}".*?</table>', bare, re.DOTALL)
        assert table is not None, key
        cells = re.findall(r'<td[^>]*class="gt_row gt_right"[^>]*>(.*?)</td>', table[0], re.DOTALL)
        found += [cell for cell in cells if re.search(r"\d", re.sub(r"<[^>]*>", "", cell))]
        assert cells, key
    return found
