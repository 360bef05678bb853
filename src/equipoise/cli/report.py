"""equipoise report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where, show
from equipoise.cli.opened import AsJson


def command(
    where: Where,
    look: LookOption = None,
    style: Annotated[
        str | None, typer.Option(help="How numbers are printed: regulator, nejm, annals, lancet.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File of the report; needed with --style.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a look, without the virtual trials that `build` adds."""
    if style is None and out is None:
        show(where, look=look, upto="report", trials=0, as_json=as_json)
        return
    from equipoise.errors import InputError
    from equipoise.workspace.answers import BUILT_STYLE, write_report

    if out is None:
        raise InputError("--style: expected --out FILE too; build/ keeps the regulator's style")
    typer.echo(str(write_report(where, out, look=look, style=style or BUILT_STYLE)))
