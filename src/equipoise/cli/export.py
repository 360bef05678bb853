"""equipoise export: the protocol in other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Target(StrEnum):
    """Formats that a protocol is exported to."""

    usdm = "usdm"
    ctgov = "ctgov"


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file, in either form.")],
    to: Annotated[Target, typer.Option(help="USDM 4.0, or ClinicalTrials.gov's modules.")],
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
) -> None:
    """Export a protocol as USDM 4.0 JSON, or as a registration of ClinicalTrials.gov."""
    from equipoise.meaning.check import read
    from equipoise.protocol.exchange.ctgov import to_ctgov
    from equipoise.protocol.exchange.usdm import to_usdm
    from equipoise.protocol.read.resolve import to_json, write_text

    protocol = read(file)
    text = to_json(to_usdm(protocol) if to is Target.usdm else to_ctgov(protocol))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    typer.echo(f"{out}: {to.value}, from protocol {protocol.digest[:12]}")
