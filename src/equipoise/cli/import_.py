"""equipoise import: a protocol begun from other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


class _Format(StrEnum):
    """Formats that a protocol is imported from."""

    usdm = "usdm"


def command(
    file: Annotated[Path, typer.Argument(help="The document to import.")],
    origin: Annotated[_Format, typer.Option("--from", help="Its format.")] = _Format.usdm,
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the structured part of a USDM document back, and list what must be added."""
    from equipoise.meaning.exchange import import_
    from equipoise.protocol.read.resolve import write_text

    found = import_(file, origin=origin.value)
    if out is not None:
        write_text(out, found.text)
    if as_json:
        body = {"file": str(out) if out else None, **found._asdict()}
        say("", body, as_json=True)
    elif out is None:
        typer.echo(found.text, nl=False)
    else:
        lines = [f"{out}: {len(found.missing)} things to add", *(f"- {m}" for m in found.missing)]
        typer.echo("\n".join(lines))
