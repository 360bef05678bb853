"""equipoise figure: one figure of the report as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


class _Picture(StrEnum):
    """File formats of figures."""

    svg = "svg"
    html = "html"
    pdf = "pdf"
    png = "png"
    eps = "eps"


def command(
    where: Where,
    name: Annotated[str, typer.Argument(help="The figure, as flow, km-pfs, forest, waterfall.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that gets the files.")],
    to: Annotated[_Picture, typer.Option("--to", help="File format.")] = _Picture.svg,
    width: Annotated[int, typer.Option(help="Millimeters: 84 for a column, 174 for a page.")] = 174,
    gray: Annotated[bool, typer.Option("--gray", help="Shades of gray.")] = False,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write a figure of the report or of its patients, and what it draws as CSV."""
    from equipoise.reporting.figures.alone import write_figure
    from equipoise.workspace.answers import results_of

    results = results_of(where, look)
    files = write_figure(results, name, out, to=to.value, width=width, gray=gray)
    made = [str(path) for path in files]
    say("\n".join(made), {"files": made}, as_json=as_json)
