"""equipoise explain: why a subject's value is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


def command(
    where: Where,
    endpoint: Annotated[
        str,
        typer.Argument(help="An endpoint or estimand, as PFS, or a dataset, as ADLB or ADLB.CHG."),
    ],
    subject: Annotated[str, typer.Option(help="USUBJID or SUBJID.")],
    look: LookOption = None,
    parameter: Annotated[str | None, typer.Option(help="Of a dataset: PARAMCD.")] = None,
    row: Annotated[int | None, typer.Option(help="Of a dataset: ASEQ or --SEQ.")] = None,
    variable: Annotated[str | None, typer.Option(help="Of a dataset: the variable.")] = None,
    html: Annotated[
        bool, typer.Option("--html", help="Write the patient's timeline as a web page.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File of the page; implies --html.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the chain from a value down to the collected records, each step with its rule."""
    from equipoise.adam.explain.trace import explain
    from equipoise.workspace.folder import Workspace

    space = Workspace.at(where)
    if html or out is not None:
        page = space.patient_page(endpoint, subject=subject, look=look, out=out)
        say(str(page), {"page": str(page)}, as_json=as_json)
        return
    asked = {"parameter": parameter, "variable": variable}
    chain = explain(space.derived(look), endpoint, subject=subject, row=row, **asked)
    say("\n".join(chain.lines()), chain.to_dict(), as_json=as_json)
