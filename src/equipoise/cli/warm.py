"""equipoise warm: kernels compiled before they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


def command(
    file: Annotated[
        Path | None, typer.Argument(help="Protocol file whose kernels are wanted; else a shipped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compile the kernels of simulation and analysis once, as for an image of a container."""
    from equipoise.cli.progress import stages
    from equipoise.workspace.warm import warm

    with stages() as tell:
        done = warm(file, say=tell)
    say("\n".join(done.steps), {"steps": list(done.steps)}, as_json=as_json)
