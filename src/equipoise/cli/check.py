"""equipoise check: every fault of a protocol, with line and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.meaning.check import Checked


def command(
    files: Annotated[list[Path], typer.Argument(help="Protocol files; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Check protocols: all faults at once, each as file:line:column with what was expected."""
    from equipoise.cli.opened import given
    from equipoise.meaning.check import check

    every = [check(given(file)) for file in files]
    if as_json:
        import json

        typer.echo(json.dumps([one.to_dict() for one in every], indent=2))
    else:
        for one in every:
            _in_words(one)
    raise typer.Exit(0 if all(one.ok for one in every) else 1)


def _in_words(one: Checked) -> None:
    for finding in one.findings:
        word = "" if finding.severity == "error" else f"{finding.severity}: "
        typer.echo(f"{word}{finding}", err=finding.severity == "error")
    if one.protocol is not None:
        typer.echo(f"{one.source}: {one.protocol!r}\n    digest {one.protocol.digest}")
