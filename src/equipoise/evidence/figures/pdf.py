"""Lines and words of a PDF page: content streams inflated, path and text operators followed.

Curved pieces are kept as their end points: a survival curve has none. What a page draws through a
form (XObject) is followed too. Encrypted files and object streams of fonts are not needed.

Source   PDF 32000-1:2008, sections 7.3 (objects), 8.5 (paths), 9.4 (text).
Checked  tests/unit/evidence/test_figures.py (matplotlib and R).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
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

_STREAM = re.compile(rb"stream\r?\n")
_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|<<|>>|[\[\]]"
    rb"|/[^\s/\[\]()<>]*|[^\s/\[\]()<>]+",
    re.S,
)
_OPERATOR = re.compile(rb"(?:^|\s)(?:l|re|Tj|TJ)\s")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


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
    page = _Page()
    for content in contents(data):
        page.follow(content)
    if not page.lines:
        raise InputError(f"{path}: no lines found; is the figure an image, or encrypted?")
    size = max(float(np.abs(line.points).max()) for line in page.lines)
    return Drawing(tuple(page.lines), tuple(page.words), size)


def contents(data: bytes) -> Iterator[bytes]:
    """The streams of a file that draw lines or words; glyphs and images do not."""
    for found in _STREAM.finditer(data):
        head = data[max(data.rfind(b"obj", 0, found.start()), 0) : found.start()]
        end = data.find(b"endstream", found.end())
        body = data[found.end() : end]
        if b"FlateDecode" in head:
            try:
                body = zlib.decompressobj().decompress(body)
            except zlib.error:
                continue
        if b"/FontFile" in head or b" d1\n" in body[:80] or b"/Image" in head:
            continue
        if _OPERATOR.search(body):
            yield body


class _State:
    """What q saves and Q gives back."""

    def __init__(self, matrix: Matrix, stroke: str, dashed: bool) -> None:
        self.matrix, self.stroke, self.dashed = matrix, stroke, dashed

    def copy(self) -> _State:
        return _State(self.matrix, self.stroke, self.dashed)


class _Page:
    """Follows the operators of content streams."""

    def __init__(self) -> None:
        self.lines: list[Stroke] = []
        self.words: list[Word] = []
        self._paths: list[list[tuple[float, float]]] = []
        self._text = self._line = IDENTITY

    def follow(self, content: bytes) -> None:
        self._now, self._saved = _State(IDENTITY, "#000000", False), list[_State]()
        operands: list[Any] = []
        for token in _TOKEN.findall(content):
            value = _value(token)
            if value is not None:
                operands.append(value)
                continue
            act = _ACTS.get(token)
            if act is not None:
                act(self, operands)
            operands = []

    def save(self, _: list[Any]) -> None:
        self._saved.append(self._now.copy())

    def restore(self, _: list[Any]) -> None:
        if self._saved:
            self._now = self._saved.pop()

    def concat(self, given: list[Any]) -> None:
        self._now.matrix = then(_six(given), self._now.matrix)

    def move(self, given: list[Any]) -> None:
        self._paths.append([(given[-2], given[-1])])

    def line(self, given: list[Any]) -> None:
        if self._paths:
            self._paths[-1].append((given[-2], given[-1]))

    def box(self, _: list[Any]) -> None:
        """A rectangle is no curve."""

    def color(self, given: list[Any]) -> None:
        parts = tuple(v for v in given if isinstance(v, float))
        if len(parts) in (1, 3, 4):
            self._now.stroke = hex_color(parts)

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

    def next_text(self, given: list[Any]) -> None:
        self._text = self._line = then((1, 0, 0, 1, given[-2], given[-1]), self._line)

    def show(self, given: list[Any]) -> None:
        text = b"".join(part for part in given if isinstance(part, bytes)).decode("latin-1")
        if text.strip():
            place = then(self._text, self._now.matrix)
            self.words.append(Word(place[4], place[5], text.strip()))


def _six(given: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in given[-6:])
    return a, b, c, d, e, f


def _value(token: bytes) -> Any:
    """A number, a string (bytes), a name or a bracket; None for an operator."""
    first = token[:1]
    if first == b"(":
        return _ESCAPE.sub(_unescaped, token[1:-1])
    if first == b"<" and token != b"<<":
        return bytes.fromhex(re.sub(rb"\s", b"", token[1:-1]).decode() + "0" * (len(token) % 2))
    if first in b"/[]<>":
        return token.decode("latin-1")
    try:
        return float(token)
    except ValueError:
        return None


def _unescaped(found: re.Match[bytes]) -> bytes:
    body = found[1]
    return bytes([int(body, 8) & 255]) if body.isdigit() else _ESCAPED.get(body, body)


_ACTS: dict[bytes, Callable[[_Page, list[Any]], None]] = {
    b"q": _Page.save, b"Q": _Page.restore, b"cm": _Page.concat,
    b"m": _Page.move, b"l": _Page.line, b"c": _Page.line, b"v": _Page.line, b"y": _Page.line,
    b"re": _Page.box, b"d": _Page.dash,
    b"G": _Page.color, b"RG": _Page.color, b"K": _Page.color,
    b"SC": _Page.color, b"SCN": _Page.color,
    b"S": _Page.stroke, b"s": _Page.stroke, b"B": _Page.stroke, b"b": _Page.stroke,
    b"B*": _Page.stroke, b"f": _Page.forget, b"f*": _Page.forget, b"n": _Page.forget,
    b"BT": _Page.begin_text, b"Tm": _Page.set_text, b"Td": _Page.next_text, b"TD": _Page.next_text,
    b"Tj": _Page.show, b"TJ": _Page.show, b"'": _Page.show,
}  # fmt: skip
