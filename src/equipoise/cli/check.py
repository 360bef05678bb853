"""equipoise check: every fault of a protocol, with line and column."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.opened import AsJson, given

if TYPE_CHECKING:
    from equipoise.meaning.check import Checked
    from equipoise.protocol import Protocol


class CheckFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def command(
    files: Annotated[list[Path], typer.Argument(help="Protocol files; - is standard input.")],
    form: Annotated[
        CheckFormat,
        typer.Option("--format", help="text, json, github (annotations), sarif (2.1.0)."),
    ] = CheckFormat.text,
    as_json: AsJson = False,
) -> None:
    """Check protocols: all faults at once, each as file:line:column with what was expected."""
    from equipoise.meaning.check import check

    every = [check(given(file)) for file in files]
    _print(every, CheckFormat.json if as_json else form)
    raise typer.Exit(0 if all(one.ok for one in every) else 1)


def _print(every: list[Checked], form: CheckFormat) -> None:
    from equipoise.cli.annotations import github, sarif

    if form is CheckFormat.text:
        for one in every:
            _in_words(one)
    elif form is CheckFormat.github:
        for line in github(every):
            typer.echo(line)
    else:
        listed = [one.to_dict() for one in every]
        body: object = sarif(every) if form is CheckFormat.sarif else listed
        typer.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _in_words(one: Checked) -> None:
    for finding in one.findings:
        word = "" if finding.severity == "error" else f"{finding.severity}: "
        typer.echo(f"{word}{finding}", err=finding.severity == "error")
    if one.protocol is not None:
        typer.echo(f"{one.source}: {one.protocol!r}\n    digest {one.protocol.digest}")
        tell_not_planned(one.protocol)


def tell_not_planned(protocol: Protocol) -> None:
    """What is assumed, and virtual patients as planned do not obey."""
    from equipoise.meaning.planned_truth.truth import AS_PLANNED, not_planned

    for what in not_planned(protocol):
        typer.echo(f'    truth "{AS_PLANNED}" leaves out {what}')
