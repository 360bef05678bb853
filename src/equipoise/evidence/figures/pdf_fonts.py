"""What the bytes that a PDF shows say, and how wide they are.

Source   PDF 32000-1:2008, sections 9.6 to 9.10 (fonts, ToUnicode).
Checked  tests/unit/evidence/test_pdf.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from equipoise.evidence.figures.pdf_objects import PdfObjects, PdfStream, tokens_of, value_of

USUAL_WIDTH = 0.5
"""A character's width in ems where the font does not say; that of Helvetica's digits is 0.556."""
LONGEST_RANGE = 65536
"""Characters that a range may have."""


class PdfFont(NamedTuple):
    """How codes are read: bytes of one code, their texts, widths in ems, and that of all others.

    sure : whether the file says how wide its characters are
    """

    long: int
    text: dict[int, str]
    widths: dict[int, float]
    other: float
    sure: bool

    def read(self, shown: bytes) -> Iterator[tuple[str, float]]:
        """Text and width of each code."""
        for at in range(0, len(shown), self.long):
            code = int.from_bytes(shown[at : at + self.long], "big")
            plain = chr(code) if self.long == 1 else ""
            yield self.text.get(code, plain), self.widths.get(code, self.other)


NO_FONT = PdfFont(1, {}, {}, USUAL_WIDTH, sure=False)


def font_of(objects: PdfObjects, value: Any) -> PdfFont:
    """A font of a page's resources."""
    head = objects.table(value)
    to_text = objects.get(head.get("ToUnicode"))
    text = _texts(to_text.body) if isinstance(to_text, PdfStream) else {}
    if head.get("Subtype") == "/Type0":
        below = objects.table(next(iter(objects.row(head.get("DescendantFonts"))), None))
        other = objects.get(below.get("DW", 1000.0)) / 1000.0
        return PdfFont(2, text, _wide(objects, below), other, sure=True)
    matrix = objects.row(head.get("FontMatrix")) or [0.001]
    first = objects.get(head.get("FirstChar", 0.0))
    listed = [objects.get(width) for width in objects.row(head.get("Widths"))]
    widths = {int(first) + k: width * matrix[0] for k, width in enumerate(listed)}
    return PdfFont(1, text, widths, 0.0 if widths else USUAL_WIDTH, sure=bool(widths))


def _wide(objects: PdfObjects, below: dict[str, Any]) -> dict[int, float]:
    """Widths of a font of two bytes: `first [w w ...]` or `first last w`."""
    given = [objects.get(part) for part in objects.row(below.get("W"))]
    found: dict[int, float] = {}
    at = 0
    while at + 1 < len(given):
        first, then = int(given[at]), given[at + 1]
        if isinstance(then, list):
            found |= {first + k: objects.get(width) / 1000.0 for k, width in enumerate(then)}
            at += 2
        elif at + 2 < len(given):
            codes = range(first, min(int(then) + 1, first + LONGEST_RANGE))
            found |= dict.fromkeys(codes, given[at + 2] / 1000.0)
            at += 3
        else:
            break
    return found


def _texts(table: bytes) -> dict[int, str]:
    """The text of each code, from a ToUnicode table."""
    found: dict[int, str] = {}
    strings: list[Any] = []
    for token in tokens_of(table):
        if token in (b"beginbfchar", b"beginbfrange"):
            strings = []
        elif token == b"endbfchar":
            pairs = zip(strings[::2], strings[1::2], strict=False)
            found |= {int.from_bytes(code, "big"): _utf16(text) for code, text in pairs}
        elif token == b"endbfrange":
            found |= _ranges(strings)
        elif isinstance(value := value_of(token), bytes) or token in (b"[", b"]"):
            strings.append(value)
    return found


def _ranges(strings: list[Any]) -> dict[int, str]:
    """`first last text` counts on from the text; `first last [text text ...]` lists them."""
    found: dict[int, str] = {}
    left = iter(strings)
    for low in left:
        last, text = next(left, b""), next(left, b"")
        first = int.from_bytes(low, "big") if isinstance(low, bytes) else 0
        if isinstance(text, str):
            listed: list[Any] = list(iter(lambda: next(left, "]"), "]"))
            found |= {first + k: _utf16(each) for k, each in enumerate(listed)}
        elif isinstance(last, bytes) and text:
            count = min(int.from_bytes(last, "big") - first + 1, LONGEST_RANGE)
            start = _utf16(text)
            found |= {first + k: start[:-1] + chr(ord(start[-1]) + k) for k in range(count)}
    return found


def _utf16(text: bytes) -> str:
    return text.decode("utf-16-be", errors="replace")
