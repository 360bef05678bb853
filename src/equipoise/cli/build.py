"""equipoise build: do whatever is stale, up to the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.opened import AsJson
from equipoise.workspace.build import TRIALS

if TYPE_CHECKING:
    from equipoise.workspace.manifest import Manifest, Stage

Where = Annotated[
    Path, typer.Argument(help="A trial's folder (protocol.yaml and sdtm/), or its protocol file.")
]
LookOption = Annotated[
    str | None,
    typer.Option(help='Which look, as "PFS final"; the one the report names if left out.'),
]


def command(
    where: Where,
    look: LookOption = None,
    trials: Annotated[
        int, typer.Option(min=0, help="Virtual trials behind the published figures' intervals.")
    ] = TRIALS,
    out: Annotated[
        Path | None, typer.Option(help="What gets the folder of the look, if not build/ beside it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read, cut, derive, analyze and report a trial; does nothing if nothing has changed."""
    show(where, look=look, upto="report", trials=trials, out=out, as_json=as_json)


def show(
    where: Path,
    *,
    look: str | None,
    upto: Stage,
    trials: int,
    out: Path | None = None,
    as_json: bool,
) -> None:
    """Walk the street up to a stage and say what came of it."""
    import json

    from equipoise.cli.progress import stages
    from equipoise.workspace.build import build

    with stages() as say:
        done = build(where, look=look, upto=upto, trials=trials, out=out, say=say)
    if as_json:
        body = {**done.to_dict(), "fresh": done.fresh, "folder": str(done.folder)}
        typer.echo(json.dumps(body))
        return
    for line in _told(done):
        typer.echo(line)


def _told(done: Manifest) -> Iterator[str]:
    """A finished build in lines."""
    summary = done.summary
    if summary is not None:
        arms = ", ".join(f"{label} {n}" for label, n in summary.arms.items())
        yield f"{summary.patients} patients: {arms}"
    when = f", cut-off {done.cutoff}" if done.cutoff else ""
    if done.others:
        yield f"no --look was given: {done.look} is built; there are {', '.join(done.others)}"
    yield f"look {done.look}{when}{'; virtual patients' if done.virtual else ''}"
    if summary is not None:
        yield from (f"{key}: {text}" for key, text in summary.primary.items())
    yield from (f"not in the results: {line}" for line in done.reconciliation.get("missing", ()))
    yield str(done.report or done.folder)
    if done.fresh:
        yield "nothing has changed; nothing was done"
