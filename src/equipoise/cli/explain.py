"""equipoise explain: why a subject's value is what it is."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli.build import Look, Where


def command(
    where: Where,
    endpoint: Annotated[str, typer.Argument(help="An endpoint or estimand, as PFS.")],
    subject: Annotated[str, typer.Option(help="USUBJID or SUBJID.")],
    look: Look = None,
) -> None:
    """Print the chain from a time to event down to the collected records, with each rule."""
    from equipoise.adam.derive import derive
    from equipoise.adam.looks import cut_at
    from equipoise.adam.trace import explain
    from equipoise.cli.workspace import Workspace

    space = Workspace.at(where)
    data, _ = space.data(space.protocol())
    derived = derive(cut_at(data, look=look))
    for line in explain(derived, endpoint, subject=subject).lines():
        typer.echo(line)
