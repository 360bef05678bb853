"""equipoise export: the protocol, or the results of a look, in other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli.build import LookOption
from equipoise.cli.opened import AsJson, say


class _Target(StrEnum):
    """Formats that a protocol is exported to."""

    usdm = "usdm"
    ctgov = "ctgov"
    ars = "ars"
    ctgov_results = "ctgov-results"


_OF_RESULTS = ("ars", "ctgov-results")


def command(
    file: Annotated[
        Path, typer.Argument(help="Protocol file, - is standard input; for results, the folder.")
    ],
    to: Annotated[
        _Target, typer.Option(help="USDM 4.0, or ClinicalTrials.gov's modules; ARS for results.")
    ],
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Export a protocol (usdm, ctgov) or the results of a look (ars, ctgov-results) as JSON."""
    from equipoise.protocol.read.resolve import to_json, write_text

    made, digest = _made(file, to.value, look)
    text = to_json(made)
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    told = f"{out}: {to.value}, from protocol {digest[:12]}"
    say(told, {"file": str(out), "format": to.value, "digest": digest}, as_json=as_json)


def _made(file: Path, to: str, look: str | None) -> tuple[dict[str, Any], str]:
    """The document, and the digest of the protocol behind it."""
    if to in _OF_RESULTS:
        from equipoise.reporting.exports.export import export_results
        from equipoise.workspace.answers import results_of

        results = results_of(file, look)
        return export_results(results, to=to), results.data.protocol.digest  # type: ignore[arg-type]
    from equipoise.cli.opened import opened
    from equipoise.meaning.exchange import export

    protocol = opened(file)
    return export(protocol, to=to), protocol.digest  # type: ignore[arg-type]
