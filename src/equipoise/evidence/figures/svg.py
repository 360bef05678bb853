"""Lines and words of an SVG file: paths of straight pieces, polylines, marks used again, text.

Curved pieces are kept as their end points. matplotlib writes text as outlines, with the words in a
comment before them, which is read; other outlines are not.

Source   SVG 1.1, chapters 6 (styles), 7 (transformations), 8 (paths), 10 (text).
Checked  tests/unit/evidence/test_figures.py (matplotlib, R, the product's own), test_css.py.
"""

from __future__ import annotations

import re
from math import cos, radians, sin
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from equipoise.errors import InputError
from equipoise.evidence.figures.css import Named, Painted, named, paint, painted, rules_of
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

FLIPPED: Matrix = (1.0, 0.0, 0.0, -1.0, 0.0, 0.0)
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PIECE = re.compile(rf"([MmLlHhVvCcSsQqTtAaZz])|({_NUMBER})")
_TRANSFORM = re.compile(r"(\w+)\s*\(([^)]*)\)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
NOT_DRAWN = ("defs", "symbol", "clipPath", "metadata", "style", "title", "desc", "marker")
INSIDE_EACH_OTHER = 60
"""Elements inside each other; more, and one uses itself."""
_NAMED = {"black": "#000000", "red": "#ff0000", "blue": "#0000ff", "green": "#008000"}


class _At(NamedTuple):
    """Where the walk stands: transformation, what paints there, and the line of descent."""

    matrix: Matrix
    paint: Painted
    line: tuple[Named, ...]


def read_svg(path: Path) -> Drawing:
    """What an SVG file draws, y upward.

    Raises   InputError if the file cannot be read, or draws no lines.
    """
    builder = ElementTree.TreeBuilder(insert_comments=True)
    try:
        root = ElementTree.parse(path, ElementTree.XMLParser(target=builder)).getroot()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except ElementTree.ParseError as error:
        raise InputError(f"{path}: no SVG ({error})") from None
    reader = _Reader(root)
    reader.all()
    if not reader.lines:
        raise InputError(f"{path}: no lines found; is the figure an image?")
    size = max(float(np.abs(line.points).max()) for line in reader.lines)
    return Drawing(tuple(reader.lines), tuple(reader.words), size)


class _Reader:
    """Walks the tree with the transformation and what paints so far."""

    def __init__(self, root: ElementTree.Element) -> None:
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        self._root = root
        self._known = {node.get("id", ""): node for node in nodes}
        sheets = ("".join(node.itertext()) for node in nodes if _tag(node) == "style")
        self._rules = rules_of(sheets)
        self.lines: list[Stroke] = []
        self.words: list[Word] = []

    def all(self) -> None:
        """From the root down."""
        line = (named(self._root, root=True),)
        style = painted(self._root, line, {}, self._rules)
        self._inside(self._root, _At(FLIPPED, style, line))

    def _inside(self, node: ElementTree.Element, at: _At) -> None:
        told = None
        for child in node:
            if not isinstance(child.tag, str):
                told = (child.text or "").strip()
                continue
            here = self._entered(child, at)
            if told and _is_outlines(child):
                place = here.matrix
                self.words.append(Word(place[4], place[5], told, _fill(here.paint)))
            elif here.paint.get("display") != "none":
                self._one(child, here)
            told = None

    def _entered(self, node: ElementTree.Element, at: _At) -> _At:
        line = (*at.line, named(node))
        style = painted(node, line, at.paint, self._rules)
        return _At(then(transform(node.get("transform", "")), at.matrix), style, line)

    def _one(self, node: ElementTree.Element, here: _At) -> None:
        tag = _tag(node)
        if tag == "use":
            self._use(node, here)
        elif tag == "text":
            self._text(node, here)
        elif tag in ("g", "svg", "a", "switch"):
            self._inside(node, here)
        elif tag not in NOT_DRAWN:
            self._draw(_paths(node, tag), here)

    def _use(self, node: ElementTree.Element, here: _At) -> None:
        name = (node.get(_HREF) or node.get("href") or "").lstrip("#")
        target = self._known.get(name)
        if target is None or len(here.line) > INSIDE_EACH_OTHER:
            return
        shift = (1.0, 0.0, 0.0, 1.0, _float(node.get("x")), _float(node.get("y")))
        there = self._entered(target, here._replace(matrix=then(shift, here.matrix)))
        if _tag(target) == "symbol":
            self._inside(target, there)
        else:
            self._one(target, there)

    def _text(self, node: ElementTree.Element, here: _At) -> None:
        """A text, or each of its lines where they have places of their own."""
        own = [part for part in node if isinstance(part.tag, str) and part.get("x")]
        if len(own) > 1 and not (node.text or "").strip():
            for part in own:
                self._word(part, part, self._entered(part, here))
            return
        self._word(node, next((n for n in node.iter() if n.get("x")), node), here)

    def _word(self, node: ElementTree.Element, first: ElementTree.Element, here: _At) -> None:
        text = " ".join("".join(node.itertext()).split())
        shift = (1.0, 0.0, 0.0, 1.0, _float(first.get("x")), _float(first.get("y")))
        place = then(shift, here.matrix)
        if text:
            self.words.append(Word(place[4], place[5], text, _fill(here.paint)))

    def _draw(self, paths: list[list[tuple[float, float]]], here: _At) -> None:
        color = _color(paint(here.paint, "stroke"))
        if color is None or here.paint.get("visibility") == "hidden":
            return
        dashed = paint(here.paint, "stroke-dasharray") not in ("", "none", "0")
        for path in paths:
            if len(path) > 1:
                self.lines.append(Stroke(moved(path, here.matrix), color, dashed))


def _tag(node: ElementTree.Element) -> str:
    return str(node.tag).rsplit("}", 1)[-1]


def _is_outlines(node: ElementTree.Element) -> bool:
    """A group of letters that were drawn before, as matplotlib sets text."""
    inside = {_tag(part) for part in node}
    return _tag(node) == "g" and "use" in inside and inside <= {"use", "defs", "g"}


def _fill(style: Painted) -> str:
    return _color(paint(style, "fill")) or "#000000"


def _color(text: str) -> str | None:
    """#rrggbb of a paint; None for none."""
    text = text.strip().lower()
    if text in ("", "none", "transparent"):
        return None
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "#" + "".join(2 * digit for digit in text[1:])
    if text.startswith("rgb"):
        parts = re.findall(rf"({_NUMBER})(%?)", text)[:3]
        return hex_color(tuple(float(v) / (100.0 if p else 255.0) for v, p in parts))
    return _NAMED.get(text, text)


def transform(text: str) -> Matrix:
    """The matrix of a transform attribute."""
    found = IDENTITY
    for name, inner in _TRANSFORM.findall(text):
        v = [float(n) for n in re.findall(_NUMBER, inner)]
        found = then(_matrix(name, v), found)
    return found


def _matrix(name: str, v: list[float]) -> Matrix:
    if name == "matrix":
        return v[0], v[1], v[2], v[3], v[4], v[5]
    if name == "translate":
        return 1.0, 0.0, 0.0, 1.0, v[0], v[1] if len(v) > 1 else 0.0
    if name == "scale":
        return v[0], 0.0, 0.0, v[-1], 0.0, 0.0
    if name == "rotate":
        c, s = cos(radians(v[0])), sin(radians(v[0]))
        x, y = (v[1], v[2]) if len(v) > 2 else (0.0, 0.0)
        return c, s, -s, c, x - c * x + s * y, y - s * x - c * y
    return IDENTITY


def _float(text: str | None) -> float:
    found = re.match(_NUMBER, (text or "0").strip())
    return float(found[0]) if found else 0.0


def _paths(node: ElementTree.Element, tag: str) -> list[list[tuple[float, float]]]:
    if tag == "path":
        return path_points(node.get("d", ""))
    if tag == "line":
        ends = [_float(node.get(name)) for name in ("x1", "y1", "x2", "y2")]
        return [[(ends[0], ends[1]), (ends[2], ends[3])]]
    if tag == "polyline":
        v = [float(n) for n in re.findall(_NUMBER, node.get("points", ""))]
        return [list(zip(v[::2], v[1::2], strict=False))]
    return []


def path_points(text: str) -> list[list[tuple[float, float]]]:
    """The corners of a path's parts."""
    found: list[list[tuple[float, float]]] = []
    command, x, y = "M", 0.0, 0.0
    values: list[float] = []
    for letter, number in _PIECE.findall(text):
        if letter:
            command, values = letter, []
            if letter in "Zz" and found:
                x, y = found[-1][0]
                found[-1].append((x, y))
            continue
        values.append(float(number))
        if len(values) < _TAKES[command.upper()]:
            continue
        x, y = _end(command, values, x, y)
        if command in "Mm":
            found.append([])
            command = "L" if command == "M" else "l"
        if not found:
            found.append([])
        found[-1].append((x, y))
        values = []
    return found


def _end(command: str, values: list[float], x: float, y: float) -> tuple[float, float]:
    """Where a piece ends."""
    back = (x, y) if command.islower() else (0.0, 0.0)
    if command in "Hh":
        return back[0] + values[0], y
    if command in "Vv":
        return x, back[1] + values[0]
    return back[0] + values[-2], back[1] + values[-1]
