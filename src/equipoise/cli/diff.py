"""equipoise diff: an amendment in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.opened import AsJson, given

if TYPE_CHECKING:
    from equipoise.errors import Finding
    from equipoise.protocol import Protocol
    from equipoise.protocol.write.amend import Change


def command(
    old: Annotated[
        Path, typer.Argument(help="The version in force: a file, -, or of git, HEAD~1:FILE.")
    ],
    new: Annotated[Path, typer.Argument(help="The amended version.")],
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if anything differs.")
    ] = False,
    need_version: Annotated[
        bool,
        typer.Option("--need-version", help="End with 1 if the plan changes, its version not."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what an amendment changes, in sentences, and what it touches downstream.

    Rules that a version breaks are told as well, and the changes all the same.
    """
    from equipoise.errors import ProtocolError
    from equipoise.meaning.check import draft
    from equipoise.protocol.write.amend import beside, diff

    one, two = draft(given(old)), draft(given(new))
    faults = [f for each in (one, two) for f in each.findings if f.severity == "error"]
    before, after = one.protocol, two.protocol
    if before is None or after is None:
        raise ProtocolError(faults)
    changes, more = diff(before, after), beside(before, after)
    if as_json:
        _as_json(before, after, changes, more, faults)
    else:
        _in_words(before, after, changes, more)
        for fault in faults:
            typer.echo(str(fault), err=True)
    same = bool(need_version and changes and before.trial.version == after.trial.version)
    if same:
        told = f"{new}: the plan changes, and the version stays {after.trial.version}"
        typer.echo(f"{told}; expected an amendment with a `version` of its own", err=True)
    raise typer.Exit(1 if faults or same or (exit_code and (changes or more)) else 0)


def _as_json(
    old: Protocol,
    new: Protocol,
    changes: tuple[Change, ...],
    more: tuple[str, ...],
    faults: list[Finding],
) -> None:
    import json

    from equipoise.protocol.language.lines import spell

    body = {
        "old": old.digest,
        "new": new.digest,
        "changes": [{**c._asdict(), "path": spell(c.path)} for c in changes],
        "beside": more,
        "findings": [fault.to_dict() for fault in faults],
    }
    typer.echo(json.dumps(body, indent=2))


def _in_words(
    old: Protocol, new: Protocol, changes: tuple[Change, ...], more: tuple[str, ...]
) -> None:
    from equipoise.protocol.write.amend import begun, touched

    for line in more:
        typer.echo(line)
    if not changes:
        typer.echo("Nothing else changes." if more else "Nothing changes.")
        return
    running = begun(old, new) is not None
    for change in changes:
        frozen = "  [frozen since the first patient]" if change.frozen and running else ""
        typer.echo(f"- {change.sentence}{frozen}")
    typer.echo(f"\nTouches: {', '.join(touched(changes))}.")
