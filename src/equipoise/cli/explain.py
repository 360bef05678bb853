"""equipoise explain: why a subject's value is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Look, Where


def command(
    where: Where,
    endpoint: Annotated[
        str,
        typer.Argument(help="An endpoint or estimand, as PFS, or a dataset, as ADLB or ADLB.CHG."),
    ],
    subject: Annotated[str, typer.Option(help="USUBJID or SUBJID.")],
    look: Look = None,
    parameter: Annotated[str | None, typer.Option(help="Of a dataset: PARAMCD.")] = None,
    row: Annotated[int | None, typer.Option(help="Of a dataset: ASEQ or --SEQ.")] = None,
    variable: Annotated[str | None, typer.Option(help="Of a dataset: the variable.")] = None,
    html: Annotated[
        bool, typer.Option("--html", help="Write the patient's timeline as a web page.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File of the page; implies --html.")
    ] = None,
) -> None:
    """Print the chain from a value down to the collected records, each step with its rule."""
    from equipoise.adam.derive import derive
    from equipoise.adam.explain.trace import explain
    from equipoise.adam.study import cut_at
    from equipoise.cli.workspace import Workspace

    space = Workspace.at(where)
    data, _ = space.data(space.protocol())
    derived = derive(cut_at(data, look=look))
    if not html and out is None:
        asked = {"parameter": parameter, "variable": variable}
        for line in explain(derived, endpoint, subject=subject, row=row, **asked).lines():
            typer.echo(line)
        return
    from equipoise.adam.explain.asked import subject_of
    from equipoise.reporting.patient import patient_page

    name = f"{subject_of(derived, subject)}-{endpoint}.html".replace(" ", "-")
    page = out or space.folder / "build" / "patients" / name
    typer.echo(str(patient_page(derived, endpoint, subject=subject, path=page)))
