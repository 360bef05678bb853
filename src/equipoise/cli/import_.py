"""equipoise import: a protocol begun from other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Origin(StrEnum):
    """Formats that a protocol is imported from."""

    usdm = "usdm"


def command(
    file: Annotated[Path, typer.Argument(help="The document to import.")],
    origin: Annotated[Origin, typer.Option("--from", help="Its format.")] = Origin.usdm,
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
) -> None:
    """Bring the structured part of a USDM document back, and list what must be added."""
    import json

    from equipoise.errors import InputError
    from equipoise.meaning.check import examine_text
    from equipoise.protocol.exchange.usdm import from_usdm
    from equipoise.protocol.read.resolve import write_text

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{file}: no JSON: {error}; expected a {origin.value} document") from None
    found = from_usdm(document, examine_text)
    if out is None:
        typer.echo(found.text, nl=False)
        return
    write_text(out, found.text)
    typer.echo(f"{out}: {len(found.missing)} things to add")
    for line in found.missing:
        typer.echo(f"- {line}")
