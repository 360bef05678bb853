"""equipoise diff: an amendment in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.protocol.write.amend import Change


def command(
    old: Annotated[Path, typer.Argument(help="The version in force; - is standard input.")],
    new: Annotated[Path, typer.Argument(help="The amended version.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Say what an amendment changes, in sentences, and what it touches downstream."""
    from equipoise.cli.opened import opened
    from equipoise.protocol.write.amend import begun, diff

    before, after = opened(old), opened(new)
    changes = diff(before, after)
    if as_json:
        _as_json(before.digest, after.digest, changes)
    else:
        _in_words(changes, begun=begun(before, after) is not None)


def _as_json(old: str, new: str, changes: tuple[Change, ...]) -> None:
    import json

    from equipoise.protocol.language.lines import spell

    listed = [{**c._asdict(), "path": spell(c.path)} for c in changes]
    typer.echo(json.dumps({"old": old, "new": new, "changes": listed}, indent=2))


def _in_words(changes: tuple[Change, ...], *, begun: bool) -> None:
    from equipoise.protocol.write.amend import touched

    if not changes:
        typer.echo("Nothing changes.")
        return
    for change in changes:
        frozen = "  [frozen since the first patient]" if change.frozen and begun else ""
        typer.echo(f"- {change.sentence}{frozen}")
    typer.echo(f"\nTouches: {', '.join(touched(changes))}.")
