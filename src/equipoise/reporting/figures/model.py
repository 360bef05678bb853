"""A figure: the drawing, what it says in words, and the numbers that it draws, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import polars as pl

from equipoise.reporting.figures.still import PAGE, standalone
from equipoise.reporting.model import Cell, Display, plain


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A drawing with its head.

    key : its name in files and addresses; caption : population, numbers, method
    svg : one drawing, or two: for wide pages and for small ones
    says : what somebody hears who does not see it; data : what is drawn
    extension : whose it is, distribution and version; "" for the house
    rows : what it draws that is no row of Results, as such rows
    """

    key: str
    number: str
    title: str
    svg: str
    caption: Cell
    says: str
    data: Display
    extension: str = ""
    rows: pl.DataFrame | None = None

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell of its caption and its table."""
        yield self.caption
        yield from self.data.cells

    def save(self, folder: str | Path, *, to: str = "svg", width: int = PAGE) -> list[Path]:
        """Write KEY.svg (or pdf, png, eps) and KEY.csv, the numbers that it draws.

        width : mm; up to 84 as for a column, drawn anew and not made smaller
        Raises   InputError for another format, or one that needs a package which is not there.
        """
        from equipoise.reporting.figures.files import figure_files

        return figure_files(self, folder, to=to, width=width)

    def _repr_html_(self) -> str:
        picture = standalone(self.svg, width=PAGE)
        return f"<figure>{picture}<figcaption>{escape(plain(self.caption))}</figcaption></figure>"
