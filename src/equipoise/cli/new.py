"""equipoise new: a commented protocol to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


def command(
    out: Annotated[
        Path | None, typer.Argument(help="File to write; standard output if left out.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(help="Name of a shipped protocol to start from.")
    ] = None,
    arms: Annotated[int, typer.Option(help="Number of arms.")] = 2,
    endpoint: Annotated[
        str,
        typer.Option(
            help="Type of the primary endpoint: time to event, proportion, continuous, count, "
            "questionnaire."
        ),
    ] = "time to event",
    framework: Annotated[str, typer.Option(help="superiority or non-inferiority.")] = "superiority",
    as_json: AsJson = False,
) -> None:
    """Write a commented protocol to start from."""
    from equipoise.errors import InputError
    from equipoise.protocol.read.resolve import write_text
    from equipoise.protocol.write import template

    text = template.new(arms=arms, endpoint=endpoint, framework=framework, like=like)
    if out is None:
        say(text.rstrip("\n"), {"file": None, "text": text}, as_json=as_json)
        return
    if out.exists():
        raise InputError(f"{out} exists already; expected a new file")
    write_text(out, text)
    told = f"{out}: change it, then `equipoise check {out}`"
    say(told, {"file": str(out), "text": text}, as_json=as_json)
