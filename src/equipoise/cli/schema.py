"""equipoise schema: the JSON Schema of the protocol language."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.opened import AsJson


def command(
    resolved: Annotated[
        bool, typer.Option("--resolved", help="The schema of the resolved form.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of the human form, or of the resolved form."""
    from equipoise.protocol.read.resolve import to_json
    from equipoise.protocol.read.schemas import schema

    typer.echo(to_json(schema("resolved" if resolved else "human")), nl=False)
