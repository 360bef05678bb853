"""equipoise resolve: the machine form of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; standard output if left out.")
    ] = None,
    truth: Annotated[
        bool, typer.Option("--truth", help="Resolve the truth instead, a document of its own.")
    ] = False,
    digest: Annotated[
        bool, typer.Option("--digest", help="Print the SHA-256 digest and nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Resolve a protocol: JSON in which nothing is implied, each value with its provenance."""
    from equipoise.cli.opened import opened
    from equipoise.protocol import resolve, resolve_truth, truth_digest
    from equipoise.protocol.read.resolve import to_json, write_text

    protocol = opened(file)
    sha = truth_digest(protocol) if truth else protocol.digest
    if digest:
        say(sha, {"digest": sha}, as_json=as_json)
        return
    text = to_json(resolve_truth(protocol) if truth else resolve(protocol))
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    say(f"{out}: digest {sha}", {"file": str(out), "digest": sha}, as_json=as_json)
