"""equipoise monitor-report: what a monitoring committee reads."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


class _Form(StrEnum):
    """Formats of a committee's report."""

    html = "html"
    pdf = "pdf"


def command(
    where: Where,
    out: Annotated[Path, typer.Option("--out", "-o", help="File of the report.")],
    closed: Annotated[
        bool, typer.Option("--closed/--open", help="By arm under letters, or all patients as one.")
    ],
    key: Annotated[
        list[Path] | None,
        typer.Option(help="File of the trial's key, by which arms get letters; or its shares."),
    ] = None,
    to: Annotated[_Form, typer.Option("--to", help="File format.")] = _Form.html,
    recipient: Annotated[str, typer.Option(help="Who may read it.")] = "",
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the committee's report of a look: closed, by letter, or open, pooled and scanned."""
    from equipoise.reporting.monitoring.report import monitor_report
    from equipoise.workspace.answers import results_of
    from equipoise.workspace.folder import Workspace
    from equipoise.workspace.keys import read_key

    secret = read_key(key, trial=Workspace.at(where).folder) if key else None
    kind: Literal["closed", "open"] = "closed" if closed else "open"
    made = monitor_report(
        results_of(where, look), out, kind=kind, key=secret, to=to.value, recipient=recipient
    )
    say(str(made), {"file": str(made), "kind": kind}, as_json=as_json)
