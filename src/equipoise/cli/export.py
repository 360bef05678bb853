"""equipoise export: the protocol, or the results of a look, in other people's formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli.build import LookOption
from equipoise.cli.opened import AsJson, say
from equipoise.errors import InputError


class _Target(StrEnum):
    """Formats that a protocol is exported to."""

    usdm = "usdm"
    ctgov = "ctgov"
    ars = "ars"
    ctgov_results = "ctgov-results"
    csv = "csv"


def _sheets(
    where: Path,
    out: Path | None,
    *,
    at: str | None,
    by: str | None,
    site: str | None,
    as_json: bool,
) -> None:
    """What a trial's store holds, as CSV in a folder."""
    from equipoise.cli.opened import folder_of
    from equipoise.workspace.exchange.taken import Taking, write_sheets

    if out is None:
        raise InputError("expected --out: the folder that gets the tables")
    made = write_sheets(folder_of(where), out, Taking(by, site, at))
    lines = [f"{name}: {n:,} rows" for name, n in made.rows.items()]
    if made.withheld:
        lines.append(f"{made.withheld:,} rows of the audit withheld, for they tell an arm")
    lines.append(f"{out}: {made.cells:,} cells read back, 0 differences")
    body = {"folder": str(out), "rows": made.rows, "cells": made.cells, "withheld": made.withheld}
    say("\n".join(lines), body, as_json=as_json)


_OF_RESULTS = ("ars", "ctgov-results")


def command(
    file: Annotated[
        Path, typer.Argument(help="Protocol file, - is standard input; for results, the folder.")
    ],
    to: Annotated[
        _Target,
        typer.Option(help="usdm or ctgov of a protocol, ars or ctgov-results of results; csv."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write, else standard output; csv: the folder.")
    ] = None,
    look: LookOption = None,
    at: Annotated[str | None, typer.Option(help="csv: as known at a day's end, or a time.")] = None,
    by: Annotated[str | None, typer.Option(help="csv: the account that takes it, logged.")] = None,
    site: Annotated[str | None, typer.Option(help="csv: with --by, of one site.")] = None,
    as_json: AsJson = False,
) -> None:
    """Export a protocol (usdm, ctgov) or results (ars, ctgov-results) as JSON; data as csv."""
    if to is _Target.csv:
        _sheets(file, out, at=at, by=by, site=site, as_json=as_json)
        return
    if at or by or site:
        raise InputError("--at, --by and --site go with --to csv")
    from equipoise.protocol.read.resolve import to_json, write_text

    made, digest = _made(file, to.value, look)
    text = to_json(made)
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    told = f"{out}: {to.value}, from protocol {digest[:12]}"
    say(told, {"file": str(out), "format": to.value, "digest": digest}, as_json=as_json)


def _made(file: Path, to: str, look: str | None) -> tuple[dict[str, Any], str]:
    """The document, and the digest of the protocol behind it."""
    if to in _OF_RESULTS:
        from equipoise.reporting.exports.export import export_results
        from equipoise.workspace.answers import results_of

        results = results_of(file, look)
        return export_results(results, to=to), results.data.protocol.digest  # type: ignore[arg-type]
    from equipoise.cli.opened import opened
    from equipoise.meaning.exchange import export

    protocol = opened(file)
    return export(protocol, to=to), protocol.digest  # type: ignore[arg-type]
