"""Lines and words of a PDF page: path and text operators followed, and forms as they are drawn.

Curved pieces are kept as their end points: a survival curve has none. Words are put together from
pieces that follow one on another, and parted where there is a gap.

Source   PDF 32000-1:2008, sections 8.4 (state), 8.5 (paths), 8.10 (forms), 9.4 (text).
Checked  tests/unit/evidence/test_figures.py (matplotlib, R, Cairo, typst), test_pdf.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.errors import InputError
from equipoise.evidence.figures.drawing import (
    IDENTITY,
    Drawing,
    Matrix,
    Stroke,
    Word,
    hex_color,
    moved,
    then,
)
from equipoise.evidence.figures.pdf_fonts import NO_FONT, PdfFont, font_of
from equipoise.evidence.figures.pdf_objects import (
    PdfObjects,
    PdfPage,
    PdfStream,
    tokens_of,
    value_of,
)

BROKEN = (ArithmeticError, IndexError, LookupError, TypeError, ValueError)
"""What operators with the wrong operands come to."""
JOINED, SPACED = 0.25, 0.6
"""Gaps in ems up to which characters belong to one word, and to one line of words."""
FORMS_WITHIN = 16
"""Forms within forms."""


def read_pdf(path: Path) -> Drawing:
    """What the pages of a PDF draw.

    Raises   InputError if the file cannot be read, or draws no lines.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    if not data.startswith(b"%PDF"):
        raise InputError(f"{path}: expected a PDF file")
    try:
        objects = PdfObjects(data)
        drawn = [_Page(objects, page) for page in objects.pages()]
    except BROKEN as error:
        raise InputError(f"{path}: a broken PDF ({error})") from None
    lines = [line for page in drawn for line in page.lines]
    if not lines:
        raise InputError(f"{path}: no lines found; is the figure an image, or encrypted?")
    words = [word for page in drawn for word in page.words()]
    size = max(float(np.abs(line.points).max()) for line in lines)
    return Drawing(tuple(lines), tuple(words), size)


@dataclass(slots=True)
class _State:
    """What q saves and Q gives back."""

    matrix: Matrix = IDENTITY
    stroke: str = "#000000"
    fill: str = "#000000"
    dashed: bool = False
    font: PdfFont = NO_FONT
    size: float = 1.0
    spread: float = 0.0
    leading: float = 0.0


@dataclass(slots=True)
class _Piece:
    """Text under way: where it begins and ends on the page."""

    begin: tuple[float, float]
    end: tuple[float, float]
    text: str
    color: str


class _Page:
    """Follows the operators of a page's content."""

    def __init__(self, objects: PdfObjects, page: PdfPage) -> None:
        self.lines: list[Stroke] = []
        self._objects = objects
        self._now, self._saved = _State(), list[_State]()
        self._pieces: list[_Piece] = []
        self._paths: list[list[tuple[float, float]]] = []
        self._text = self._line = IDENTITY
        self._fonts: dict[int, PdfFont] = {}
        self._within: list[dict[str, Any]] = []
        self._follow(page.content, page.resources)

    def words(self) -> list[Word]:
        """The words that were shown, where they begin and end."""
        shown = [piece for piece in self._pieces if piece.text.strip()]
        return [Word(*p.begin, p.text.strip(), p.color, p.end) for p in shown]

    def _follow(self, content: bytes, resources: dict[str, Any]) -> None:
        self._within.append(resources)
        operands: list[Any] = []
        for token in tokens_of(content):
            value = value_of(token)
            if value is not None:
                operands.append(value)
                continue
            act = _ACTS.get(token)
            if act is not None:
                act(self, operands)
            operands = []
        self._within.pop()

    def _resource(self, kind: str, name: Any) -> Any:
        return self._objects.table(self._within[-1].get(kind)).get(str(name)[1:])

    def save(self, _: list[Any]) -> None:
        self._saved.append(replace(self._now))

    def restore(self, _: list[Any]) -> None:
        if self._saved:
            self._now = self._saved.pop()

    def concat(self, given: list[Any]) -> None:
        self._now.matrix = then(_six(given), self._now.matrix)

    def form(self, given: list[Any]) -> None:
        """A form is drawn as the page would draw it, moved by its matrix; an image is not."""
        one = self._objects.get(self._resource("XObject", given[-1]))
        if not isinstance(one, PdfStream) or one.head.get("Subtype") != "/Form":
            return
        if len(self._within) > FORMS_WITHIN:
            return
        before, kept = self._now, self._saved
        self._now, self._saved = replace(before), []
        self.concat(self._objects.row(one.head.get("Matrix")) or list(IDENTITY))
        own = self._objects.table(one.head.get("Resources"))
        self._follow(one.body, own or self._within[-1])
        self._now, self._saved = before, kept

    def move(self, given: list[Any]) -> None:
        self._paths.append([(given[-2], given[-1])])

    def line(self, given: list[Any]) -> None:
        if self._paths:
            self._paths[-1].append((given[-2], given[-1]))

    def box(self, _: list[Any]) -> None:
        """A rectangle is no curve."""

    def color(self, given: list[Any]) -> None:
        self._now.stroke = _color(given) or self._now.stroke

    def fill(self, given: list[Any]) -> None:
        self._now.fill = _color(given) or self._now.fill

    def dash(self, given: list[Any]) -> None:
        self._now.dashed = any(isinstance(v, float) for v in given[:-1])

    def stroke(self, _: list[Any]) -> None:
        for path in self._paths:
            if len(path) > 1:
                points = moved(path, self._now.matrix)
                self.lines.append(Stroke(points, self._now.stroke, self._now.dashed))
        self._paths = []

    def forget(self, _: list[Any]) -> None:
        self._paths = []

    def begin_text(self, _: list[Any]) -> None:
        self._text = self._line = IDENTITY

    def set_text(self, given: list[Any]) -> None:
        self._text = self._line = _six(given)

    def set_font(self, given: list[Any]) -> None:
        value = self._resource("Font", given[-2])
        known = id(value)
        if known not in self._fonts:
            self._fonts[known] = font_of(self._objects, value)
        self._now.font, self._now.size = self._fonts[known], given[-1]

    def set_spread(self, given: list[Any]) -> None:
        self._now.spread = given[-1]

    def set_leading(self, given: list[Any]) -> None:
        self._now.leading = given[-1]

    def next_text(self, given: list[Any]) -> None:
        self._text = self._line = then((1, 0, 0, 1, given[-2], given[-1]), self._line)

    def next_line(self, _: list[Any]) -> None:
        self.next_text([0.0, -self._now.leading])

    def lead_text(self, given: list[Any]) -> None:
        self._now.leading = -given[-1]
        self.next_text(given)

    def show_below(self, given: list[Any]) -> None:
        self.next_line(given)
        self.show(given)

    def show(self, given: list[Any]) -> None:
        """Characters one by one, and gaps between them."""
        within = False
        for part in given:
            if isinstance(part, float):
                self._advance(-part / 1000.0 * self._now.size)
            elif isinstance(part, bytes):
                for text, width in self._now.font.read(part):
                    begin = self._place()
                    self._advance(width * self._now.size + self._now.spread)
                    self._join(begin, text, within=within)
                    within = True

    def _place(self) -> tuple[float, float]:
        return then(self._text, self._now.matrix)[4:]

    def _advance(self, by: float) -> None:
        self._text = then((1, 0, 0, 1, by, 0), self._text)

    def _join(self, begin: tuple[float, float], text: str, *, within: bool) -> None:
        """One character after the last, or as the beginning of a piece; `within` one operator."""
        now = self._now
        a, b = then(self._text, now.matrix)[:2]
        em = math.hypot(a, b) * abs(now.size)
        last = self._pieces[-1] if self._pieces else None
        gap = math.dist(last.end, begin) if last and last.color == now.fill else math.inf
        if last and (within or now.font.sure) and gap < (SPACED if within else JOINED) * em:
            last.text += " " + text if gap > JOINED * em else text
            last.end = self._place()
        else:
            self._pieces.append(_Piece(begin, self._place(), text, now.fill))


def _color(given: list[Any]) -> str | None:
    parts = tuple(v for v in given if isinstance(v, float))
    return hex_color(parts) if len(parts) in (1, 3, 4) else None


def _six(given: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in given[-6:])
    return a, b, c, d, e, f


_ACTS: dict[bytes, Callable[[_Page, list[Any]], None]] = {
    b"q": _Page.save, b"Q": _Page.restore, b"cm": _Page.concat, b"Do": _Page.form,
    b"m": _Page.move, b"l": _Page.line, b"c": _Page.line, b"v": _Page.line, b"y": _Page.line,
    b"re": _Page.box, b"d": _Page.dash,
    b"G": _Page.color, b"RG": _Page.color, b"K": _Page.color,
    b"SC": _Page.color, b"SCN": _Page.color,
    b"g": _Page.fill, b"rg": _Page.fill, b"k": _Page.fill, b"sc": _Page.fill, b"scn": _Page.fill,
    b"S": _Page.stroke, b"s": _Page.stroke, b"B": _Page.stroke, b"b": _Page.stroke,
    b"B*": _Page.stroke, b"b*": _Page.stroke,
    b"f": _Page.forget, b"F": _Page.forget, b"f*": _Page.forget, b"n": _Page.forget,
    b"BT": _Page.begin_text, b"Tm": _Page.set_text, b"Tf": _Page.set_font,
    b"Tc": _Page.set_spread, b"TL": _Page.set_leading,
    b"Td": _Page.next_text, b"TD": _Page.lead_text, b"T*": _Page.next_line,
    b"Tj": _Page.show, b"TJ": _Page.show, b"'": _Page.show_below,
}  # fmt: skip
