"""What a vector figure consists of, whatever file it came from: lines by color, and words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats


class Stroke(NamedTuple):
    """A stroked path of straight pieces. points : (n, 2), y upward; color : #rrggbb"""

    points: Floats
    color: str
    dashed: bool


class Word(NamedTuple):
    """A piece of text, where it begins or what it is set about, its color, and its end if known."""

    x: float
    y: float
    text: str
    color: str = "#000000"
    end: tuple[float, float] | None = None


class Drawing(NamedTuple):
    """A page: its strokes and its text. size : the longer side"""

    lines: tuple[Stroke, ...]
    words: tuple[Word, ...]
    size: float

    def at_ends(self) -> Drawing:
        """The same with words where they end: numbers beside an upright axis end on one line."""
        ends = (w._replace(x=w.end[0], y=w.end[1]) if w.end else w for w in self.words)
        return self._replace(words=tuple(ends))


Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def then(inner: Matrix, outer: Matrix) -> Matrix:
    """The transformation by `inner`, then by `outer` (PDF 32000-1, section 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, u, v = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + u, e * q + f * s + v,
    )  # fmt: skip


def moved(points: list[tuple[float, float]], by: Matrix) -> Floats:
    """Points under a transformation."""
    a, b, c, d, e, f = by
    return np.array([(a * x + c * y + e, b * x + d * y + f) for x, y in points], dtype=np.float64)


def hex_color(parts: tuple[float, ...]) -> str:
    """Gray, RGB or CMYK of 0 to 1 as #rrggbb."""
    if len(parts) == 1:
        parts = parts * 3
    elif len(parts) == 4:
        c, m, y, k = parts
        parts = tuple((1.0 - ink) * (1.0 - k) for ink in (c, m, y))
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in parts[:3])
