"""equipoise figure: one figure of the report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


def command(
    where: Where,
    name: Annotated[str, typer.Argument(help="The figure, as flow, km-pfs, forest or harms.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that gets the files.")],
    width: Annotated[int, typer.Option(help="Millimeters: 84 for a column, 174 for a page.")] = 174,
    gray: Annotated[bool, typer.Option("--gray", help="Shades of gray.")] = False,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write a figure of the report as SVG, and the numbers that it draws as CSV."""
    from equipoise.reporting.figures.alone import write_figure
    from equipoise.workspace.answers import results_of

    files = write_figure(results_of(where, look), name, out, width=width, gray=gray)
    made = [str(path) for path in files]
    say("\n".join(made), {"files": made}, as_json=as_json)
