"""equipoise verify: the results of a build again, by independent libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.reporting.verification import Check
    from equipoise.workspace.verify import Verification


def command(
    build: Annotated[Path, typer.Argument(help="A look's folder, such as trial/build/pfs-final.")],
    protocol: Annotated[
        Path | None, typer.Option(help="Its protocol file, if not protocol.yaml of the trial.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Recompute every primary and secondary result by independent libraries, and every digest.

    Prints ours, theirs and the relative difference; ends with 1 if any line disagrees.
    """
    import json

    from equipoise.workspace.verify import verify

    found = verify(build, protocol=protocol)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1, allow_nan=False))
    else:
        for line in _lines(found):
            typer.echo(line)
    if found.disagreeing:
        raise typer.Exit(1)


def _lines(found: Verification) -> Iterator[str]:
    from equipoise.reporting.columns import columns

    head = ("analysis", "method", "statistic", "where", "ours", "theirs", "difference", "by", "")
    yield from columns([head, *map(_cells, found.results)])
    for d in found.digests:
        if not d.agrees:
            cited = f"the manifest cites {d.cited[:12]}"
            yield f"{d.file}: digest {str(d.found)[:12]}, {cited}"
    yield found.in_brief()


def _cells(c: Check) -> tuple[str, ...]:
    gap = "" if c.difference is None else f"{c.difference:.1e}"
    verdict = "" if c.agrees else "DISAGREES"
    theirs = _number(c.theirs) if c.by else "not recomputed"
    place = (c.analysis, c.method, c.statistic, c.where)
    return (*place, _number(c.ours), theirs, gap, c.by, verdict)


def _number(value: float | None) -> str:
    return "not estimable" if value is None else f"{value:.12g}"
