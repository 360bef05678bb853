"""Inline SVG: few elements, colors by the page's variables, every number a link to its row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape

from equipoise.reporting.model import Cell, Number, Piece

CHARACTER = 0.56  # of the font size, the width of a letter on average
DASHES = ("7 3", "", "2 3", "9 3 2 3")


@dataclass
class Picture:
    """A drawing of so many pixels; text is set at `size`."""

    width: float
    height: float
    size: float = 13.0
    parts: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, said: Cell | str, *, anchor: str = "start", css: str = ""
    ) -> None:
        """Text with its baseline at y; numbers in it are links."""
        cell = (said,) if isinstance(said, str) else said
        where = f'x="{x:.4g}" y="{y:.4g}"' if x < 1000 else f'x="{x:.1f}" y="{y:.1f}"'
        align = "" if anchor == "start" else f' text-anchor="{anchor}"'
        kind = f' class="{css}"' if css else ""
        inside = "".join(_part(part) for part in cell)
        self.parts.append(f"<text {where}{align}{kind}>{inside}</text>")

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str = "axis") -> None:
        """A straight line."""
        self.path(f"M{x1:.6g} {y1:.6g}L{x2:.6g} {y2:.6g}", css)

    def path(self, d: str, css: str, style: str = "") -> None:
        """A path."""
        more = f' style="{style}"' if style else ""
        self.parts.append(f'<path class="{css}" d="{d}"{more}/>')

    def box(self, x: float, y: float, width: float, height: float, css: str = "box") -> None:
        """A rectangle."""
        self.parts.append(
            f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}"/>'
        )

    def circle(self, x: float, y: float, radius: float, css: str) -> None:
        """A circle."""
        self.parts.append(f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>')

    @contextmanager
    def link(self, number: Piece | None, says: str) -> Iterator[None]:
        """What is drawn inside says its number, and leads to its row where it is one."""
        first = len(self.parts)
        yield
        inside = f"<title>{escape(says)}</title>{''.join(self.parts[first:])}"
        tag = (
            f'<a href="#{number.key}" data-row="{number.row}">'
            if isinstance(number, Number)
            else "<g>"
        )
        self.parts[first:] = [f"{tag}{inside}</{tag[1]}>"]

    def svg(self, key: str, title: str, says: str, css: str = "") -> str:
        """The whole, with its title and what it shows in words."""
        kind = f' class="{css}"' if css else ""
        body = "\n".join(self.parts)
        return (
            f'<svg{kind} viewBox="0 0 {self.width:g} {self.height:g}" role="group" '
            f'aria-labelledby="{key}-title {key}-desc" font-size="{self.size:g}" '
            f'xmlns="http://www.w3.org/2000/svg">\n'
            f'<title id="{key}-title">{escape(title)}</title>'
            f'<desc id="{key}-desc">{escape(says)}</desc>\n{body}\n</svg>'
        )


def _part(part: str | Number) -> str:
    if isinstance(part, str):
        return escape(part)
    return f'<a href="#{part.key}" data-row="{part.row}">{escape(part.text)}</a>'


def width_of(text: str, size: float) -> float:
    """About how wide a text is."""
    return len(text) * CHARACTER * size


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines of a text that fit; a word that is too long is broken."""
    import textwrap

    return textwrap.wrap(text, max(8, int(width / (CHARACTER * size)))) or [""]
