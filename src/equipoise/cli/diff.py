"""equipoise diff: an amendment in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    old: Annotated[Path, typer.Argument(help="The version in force.")],
    new: Annotated[Path, typer.Argument(help="The amended version.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Say what an amendment changes, in sentences, and what it touches downstream."""
    import json

    from equipoise.protocol import read
    from equipoise.protocol.amend import begun, diff, touched
    from equipoise.protocol.lines import spell

    before, after = read(old), read(new)
    changes = diff(before, after)
    first = begun(before, after)
    if as_json:
        listed = [
            {
                "path": spell(c.path),
                "sentence": c.sentence,
                "touches": c.touches,
                "frozen": c.frozen,
            }
            for c in changes
        ]
        typer.echo(
            json.dumps({"old": before.digest, "new": after.digest, "changes": listed}, indent=2)
        )
        return
    if not changes:
        typer.echo("Nothing changes.")
        return
    for change in changes:
        frozen = "  [frozen since the first patient]" if change.frozen and first else ""
        typer.echo(f"- {change.sentence}{frozen}")
    typer.echo(f"\nTouches: {', '.join(touched(changes))}.")
