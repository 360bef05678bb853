"""equipoise export: the protocol in other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


class _Target(StrEnum):
    """Formats that a protocol is exported to."""

    usdm = "usdm"
    ctgov = "ctgov"


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    to: Annotated[_Target, typer.Option(help="USDM 4.0, or ClinicalTrials.gov's modules.")],
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Export a protocol as USDM 4.0 JSON, or as a registration of ClinicalTrials.gov."""
    from equipoise.cli.opened import opened
    from equipoise.meaning.exchange import export
    from equipoise.protocol.read.resolve import to_json, write_text

    protocol = opened(file)
    text = to_json(export(protocol, to=to.value))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    told = f"{out}: {to.value}, from protocol {protocol.digest[:12]}"
    say(told, {"file": str(out), "format": to.value, "digest": protocol.digest}, as_json=as_json)
