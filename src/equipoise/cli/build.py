"""equipoise build: do whatever is stale, up to the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Where = Annotated[
    Path, typer.Argument(help="A trial's folder (protocol.yaml and sdtm/), or its protocol file.")
]
Look = Annotated[
    str | None,
    typer.Option(help='Which look, as "PFS final"; the one the report names if left out.'),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
TRIALS = 100


def command(
    where: Where,
    look: Look = None,
    trials: Annotated[
        int, typer.Option(min=0, help="Virtual trials behind the published figures' intervals.")
    ] = TRIALS,
    as_json: AsJson = False,
) -> None:
    """Read, cut, derive, analyze and report a trial; does nothing if nothing has changed."""
    show(where, look=look, upto="report", trials=trials, as_json=as_json)


def show(where: Path, *, look: str | None, upto: str, trials: int, as_json: bool) -> None:
    """Walk the street up to a stage and say what came of it."""
    import json

    from equipoise.cli.street import walk
    from equipoise.cli.workspace import Workspace

    space = Workspace.at(where)
    done = walk(space, look=look, upto=upto, trials=trials)
    folder = space.build(done["look"])
    if as_json:
        typer.echo(json.dumps({**done, "folder": str(folder)}))
        return
    for line in told(done, folder):
        typer.echo(line)


def told(done: dict[str, object], folder: Path) -> list[str]:
    """A finished build in lines."""
    lines = []
    summary = done["summary"]
    if isinstance(summary, dict) and summary:
        arms = ", ".join(f"{label} {n}" for label, n in summary["arms"].items())
        lines.append(f"{summary['patients']} patients: {arms}")
    when = f", cut-off {done['cutoff']}" if done["cutoff"] else ""
    kind = "; virtual patients" if done["virtual"] else ""
    lines.append(f"look {done['look']}{when}{kind}")
    if isinstance(summary, dict):
        lines += [f"{key}: {text}" for key, text in summary.get("primary", {}).items()]
    report = folder / "report.html"
    lines.append(str(report if report.exists() else folder))
    if done["fresh"]:
        lines.append("nothing has changed; nothing was done")
    return lines
