"""equipoise checklist: the items of a guideline, each with its place."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption
from equipoise.cli.documents import Form, OutFile, ToForm, show_document
from equipoise.cli.opened import AsJson


class _Of(StrEnum):
    """Guidelines."""

    consort = "consort"
    harms = "harms"
    spirit = "spirit"


def command(
    where: Annotated[
        Path, typer.Argument(help="A trial's folder, its protocol file, or a report as HTML.")
    ],
    of: Annotated[_Of, typer.Option("--of", help="CONSORT 2025, CONSORT Harms, SPIRIT 2025.")],
    to: ToForm = Form.text,
    out: OutFile = None,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Fill a checklist with the addresses that the report or the protocol's document has."""
    from equipoise.workspace.checklist import checklist

    show_document(checklist(where, of=of.value, look=look), to, out, as_json=as_json)
