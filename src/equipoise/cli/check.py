"""equipoise check: every fault of a protocol, with line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    files: Annotated[list[Path], typer.Argument(help="Protocol files, in either form.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Check protocols: all faults at once, each as file:line:column with what was expected."""
    import dataclasses
    import json

    from equipoise.protocol import examine

    results = [(file, *examine(file)) for file in files]
    faulty = any(protocol is None for _, protocol, _ in results)
    if as_json:
        listed = [
            {
                "file": str(file),
                "digest": protocol.digest if protocol else None,
                "findings": [dataclasses.asdict(f) for f in findings],
            }
            for file, protocol, findings in results
        ]
        typer.echo(json.dumps(listed, indent=2))
        raise typer.Exit(1 if faulty else 0)
    for file, protocol, findings in results:
        for finding in findings:
            word = "" if finding.severity == "error" else f"{finding.severity}: "
            typer.echo(f"{word}{finding}", err=finding.severity == "error")
        if protocol is not None:
            typer.echo(f"{file}: {protocol!r}\n    digest {protocol.digest}")
    raise typer.Exit(1 if faulty else 0)
