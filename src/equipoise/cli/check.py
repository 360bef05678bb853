"""equipoise check: every fault of a protocol, with line and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.errors import Finding
    from equipoise.protocol import Protocol


def command(
    files: Annotated[list[Path], typer.Argument(help="Protocol files, in either form.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Check protocols: all faults at once, each as file:line:column with what was expected."""
    from equipoise.meaning.check import examine

    results = [(file, *examine(file)) for file in files]
    if as_json:
        _as_json(results)
    else:
        for file, protocol, findings in results:
            _in_words(file, protocol, findings)
    raise typer.Exit(1 if any(protocol is None for _, protocol, _ in results) else 0)


def _in_words(file: Path, protocol: Protocol | None, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        word = "" if finding.severity == "error" else f"{finding.severity}: "
        typer.echo(f"{word}{finding}", err=finding.severity == "error")
    if protocol is not None:
        typer.echo(f"{file}: {protocol!r}\n    digest {protocol.digest}")
        tell_not_planned(protocol)


def tell_not_planned(protocol: Protocol) -> None:
    """What is assumed, and virtual patients as planned do not obey."""
    from equipoise.meaning.planned_truth.truth import AS_PLANNED, not_planned

    for what in not_planned(protocol):
        typer.echo(f'    truth "{AS_PLANNED}" leaves out {what}')


def _as_json(results: list[tuple[Path, Protocol | None, tuple[Finding, ...]]]) -> None:
    import dataclasses
    import json

    listed = [
        {
            "file": str(file),
            "digest": protocol.digest if protocol else None,
            "findings": [dataclasses.asdict(f) for f in findings],
        }
        for file, protocol, findings in results
    ]
    typer.echo(json.dumps(listed, indent=2))
