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
SILENT = {"style", "script", "svg", "head", "nav"}


class _Text(HTMLParser):
    """Headings, paragraphs and table rows, one line each; pictures are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.cells: list[str] = []
        self.silent = 0
        self.open = False  # a cell, whose end tag may be left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        if tag in CELLS:
            self._cell()
            self.open = True
        if tag in BLOCKS or tag in CELLS:
            self.parts = []
        if tag == "br":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent -= 1
        text = " ".join("".join(self.parts).split())
        if tag in CELLS:
            self._cell()
        elif tag == "tr":
            self._cell()
            self.lines.append(" | ".join(self.cells))
            self.cells = []
        elif tag in BLOCKS:
            mark = {"h1": "# ", "h2": "\n## "}.get(tag, "")
            self.lines.append(mark + text)
        else:
            return
        self.parts = []

    def _cell(self) -> None:
        if self.open:
            self.cells.append(" ".join("".join(self.parts).split()))
        self.open = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def text_of(html: str) -> str:
    """The report in lines, up to what names digests and versions."""
    parser = _Text()
    parser.feed(html[: html.index('<section aria-labelledby="data">')])
    return "\n".join(line for line in parser.lines if line) + "\n"


def approved(path: Path, text: str) -> bool:
    """Whether a text is the one that was approved; with EQUIPOISE_APPROVE=1 it then is."""
    if os.environ.get(APPROVE):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text


class Shown(NamedTuple):
    """A number as the report shows it: its row, the key it leads to, its text."""

    row: int
    key: str
    text: str


_LINK = re.compile(
    r'<a (?:data-row=(\d+) href=#(r-\w+)|href="#(r-\w+)" data-row="(\d+)")>([^<]*)</a>'
)


def shown_in(html: str) -> Iterator[Shown]:
    """Every number that names its row, in text, tables and figures."""
    from html import unescape

    for row, key, other, drawn, text in _LINK.findall(html):
        yield Shown(int(row or drawn), key or other, unescape(text))


def unmarked(html: str) -> list[str]:
    """Cells of numbers in the tables of results that show a digit of no row."""
    bare = _LINK.sub("", html)
    found = []
    for key in ("baseline", "efficacy", "safety", "terms"):
        table = re.search(rf'<table id="table-{key}".*?</table>', bare, re.DOTALL)
        assert table is not None, key
        body = table[0].split("<tbody>")[1]
        cells = re.findall(r"<td>(.*?)(?=<td>|</tr>)", body, re.DOTALL)
        found += [cell for cell in cells if re.search(r"[1-9]", re.sub(r"<[^>]*>", "", cell))]
        assert cells, key
    return found


_POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def stands_for(text: str, value: float) -> bool:
    """Whether a printed number is the value, or a hundred times it, rounded at its last digit."""
    bare = text.replace("\u2009", "").replace("−", "-").replace("·", ".")
    sign = bare[0] if bare[0] in "<>" else ""
    mantissa, _, power = bare.lstrip("<>").partition("×10")
    scale = 10.0 ** int(power.translate(_POWERS)) if power else 1.0
    shown = float(mantissa) * scale
    half = 0.5000001 * scale * 10.0 ** -len(mantissa.partition(".")[2])
    for one in (value, 100 * value):
        if sign == "<" and 0 < one < shown:
            return True
        if sign == ">" and one > shown:
            return True
        if not sign and abs(one - shown) <= half:
            return True
    return False
