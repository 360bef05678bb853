"""equipoise synopsis: the protocol in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.opened import AsJson, say


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file; - is standard input.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write (.md or .html); else standard output.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="HTML instead of Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the protocol as a synopsis, with its schedule of activities and SPIRIT 2025 items."""
    from equipoise.cli.opened import opened
    from equipoise.protocol.read.resolve import write_text
    from equipoise.reporting.documents.synopsis import synopsis

    found = synopsis(opened(file))
    as_html = html or (out is not None and out.suffix in (".html", ".htm"))
    text = found.to_html() if as_html else found.to_markdown()
    body = {"title": found.title, "digest": found.digest, "items": found.items}
    if out is None:
        say(text.rstrip("\n"), {**body, "text": text}, as_json=as_json)
        return
    write_text(out, text)
    told = f"{out}: {len(found.items)} SPIRIT 2025 items covered"
    say(told, {**body, "file": str(out)}, as_json=as_json)
