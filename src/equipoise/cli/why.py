"""equipoise why: the row behind a number of the report."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


def command(
    where: Where,
    key: Annotated[str, typer.Argument(help="The number's key, as r-0123456789.")],
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Print what a number of the report is, unrounded, and how it was computed."""
    from equipoise.reporting.why import why
    from equipoise.workspace.answers import results_of

    lines = why(results_of(where, look, collected=False), key)
    say("\n".join(lines), {"key": key, "says": lines}, as_json=as_json)
