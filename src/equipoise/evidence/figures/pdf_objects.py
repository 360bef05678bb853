"""The objects of a PDF file: numbers, strings, names, lists, dictionaries, streams, pages.

Objects are found by reading the file through, not by its table of places, so that a damaged table
does no harm. Objects in object streams are unpacked. Encrypted files are not read.

Source   PDF 32000-1:2008, sections 7.2 to 7.5 and 7.7.3.
Checked  tests/unit/evidence/test_pdf.py.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

_OBJECT = re.compile(rb"(?<!\d)(\d+)\s+\d+\s+obj\b")
_STREAM = re.compile(rb"\s*stream\r?\n")
_TOKEN = re.compile(
    rb"%[^\r\n]*|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|<<|>>|[\[\]]"
    rb"|/[^\s/\[\]()<>]*|[^\s/\[\]()<>]+",
    re.S,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"} | dict.fromkeys(
    (b"\n", b"\r", b"\r\n"), b""
)
PARENTS = 32
"""Pages lie in no deeper tree than this."""


class PdfReference(NamedTuple):
    """An object named by its number."""

    number: int


class PdfStream(NamedTuple):
    """A dictionary and the bytes that belong to it, inflated."""

    head: dict[str, Any]
    body: bytes


class PdfPage(NamedTuple):
    """What a page draws, and the fonts and forms that it draws with."""

    content: bytes
    resources: dict[str, Any]


class PdfObjects:
    """All objects of a file by number."""

    def __init__(self, data: bytes) -> None:
        self._known = dict(_objects_of(data))
        for packed in [each for each in self._known.values() if isinstance(each, PdfStream)]:
            if packed.head.get("Type") == "/ObjStm":
                self._known |= {n: v for n, v in self._unpacked(packed) if n not in self._known}

    def get(self, value: Any) -> Any:
        """The object itself, where a reference stands for it; None if there is none."""
        for _ in range(PARENTS):
            if not isinstance(value, PdfReference):
                return value
            value = self._known.get(value.number)
        return None

    def table(self, value: Any) -> dict[str, Any]:
        """A dictionary, or that of a stream; empty if it is neither."""
        found = self.get(value)
        if isinstance(found, PdfStream):
            return found.head
        return found if isinstance(found, dict) else {}

    def row(self, value: Any) -> list[Any]:
        """A list; empty if it is none."""
        found = self.get(value)
        return found if isinstance(found, list) else []

    def pages(self) -> Iterator[PdfPage]:
        """The pages in the order of the file."""
        for each in list(self._known.values()):
            if isinstance(each, dict) and each.get("Type") == "/Page":
                parts = self.row(each.get("Contents")) or [each.get("Contents")]
                streams = [self.get(part) for part in parts]
                content = b"\n".join(s.body for s in streams if isinstance(s, PdfStream))
                yield PdfPage(content, self._resources(each))

    def _resources(self, page: dict[str, Any]) -> dict[str, Any]:
        """A page's own, or those of the pages above it."""
        for _ in range(PARENTS):
            if "Resources" in page:
                return self.table(page["Resources"])
            page = self.table(page.get("Parent"))
        return {}

    def _unpacked(self, packed: PdfStream) -> Iterator[tuple[int, Any]]:
        first, count = (self.get(packed.head.get(name)) for name in ("First", "N"))
        if not isinstance(first, float) or not isinstance(count, float):
            return
        words = packed.body[: int(first)].split()[: 2 * int(count)]
        pairs = [int(word) for word in words if word.isdigit()]
        for number, place in zip(pairs[::2], pairs[1::2], strict=False):
            yield number, _parsed(packed.body, int(first) + place)[0]


def _objects_of(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while (head := _OBJECT.search(data, at)) is not None:
        value, at = _parsed(data, head.end())
        begun = _STREAM.match(data, at)
        if begun is not None and isinstance(value, dict):
            at = data.find(b"endstream", begun.end())
            at = len(data) if at < 0 else at
            value = PdfStream(value, _inflated(value, data[begun.end() : at]))
        yield int(head[1]), value


def _inflated(head: dict[str, Any], body: bytes) -> bytes:
    """A stream's bytes; none where they are packed in another way."""
    given = head.get("Filter", [])
    filters = given if isinstance(given, list) else [given]
    if filters == ["/FlateDecode"]:
        try:
            return zlib.decompressobj().decompress(body)
        except zlib.error:
            return b""
    return b"" if filters else body


def _parsed(data: bytes, start: int) -> tuple[Any, int]:
    """The object that begins at a place, and where it ends."""
    open_: list[list[Any]] = [[]]
    for found in _TOKEN.finditer(data, start):
        token = found[0]
        if token.startswith(b"%"):
            continue
        if token in (b"<<", b"["):
            open_.append([])
        elif token in (b">>", b"]") and len(open_) > 1:
            inside = open_.pop()
            open_[-1].append(_table(inside) if token == b">>" else inside)
        elif token == b"R" and len(open_[-1]) > 1 and isinstance(open_[-1][-2], float):
            open_[-1][-2:] = [PdfReference(int(open_[-1][-2]))]
        else:
            value = value_of(token)
            open_[-1].append(token.decode("latin-1") if value is None else value)
        if len(open_) == 1:
            return open_[0][0], found.end()
    return None, len(data)


def _table(inside: list[Any]) -> dict[str, Any]:
    pairs = zip(inside[::2], inside[1::2], strict=False)
    return {name[1:]: value for name, value in pairs if isinstance(name, str)}


def tokens_of(content: bytes) -> Iterator[bytes]:
    """The words of a content stream without comments."""
    return (token for token in _TOKEN.findall(content) if not token.startswith(b"%"))


def value_of(token: bytes) -> Any:
    """A number, a string (bytes), a name or a bracket; None for an operator."""
    first = token[:1]
    if first == b"(":
        return _ESCAPE.sub(_unescaped, token[1:-1])
    if first == b"<" and token != b"<<":
        digits = re.sub(rb"\s", b"", token[1:-1]).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    if first in b"/[]<>":
        return token.decode("latin-1")
    try:
        return float(token)
    except ValueError:
        return None


def _unescaped(found: re.Match[bytes]) -> bytes:
    body = found[1]
    return bytes([int(body, 8) & 255]) if body[0] in b"01234567" else _ESCAPED.get(body, body)
