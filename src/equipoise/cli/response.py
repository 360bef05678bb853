"""equipoise response: rates by arm and their differences, from any file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    data: Annotated[Path, typer.Argument(help="CSV, Parquet, Arrow, XPT or SAS file.")],
    responder: Annotated[
        str, typer.Option(help='Column of 1 and 0, or "column==value|value", such as BOR==CR|PR.')
    ],
    arm: Annotated[
        str | None, typer.Option(help="Column of arms; without one there is one rate.")
    ] = None,
    control: Annotated[
        str | None, typer.Option(help="The arm compared against; the first level by default.")
    ] = None,
    strata: Annotated[
        list[str] | None, typer.Option(help="Column of strata; may be given several times.")
    ] = None,
    covariates: Annotated[
        list[str] | None,
        typer.Option(help="Terms of a logistic regression; may be given several times."),
    ] = None,
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    limits: Annotated[
        str,
        typer.Option(
            help="Of a rate: clopper-pearson, wilson, jeffreys, agresti-coull, wald, "
            "corrected-wilson, corrected-wald."
        ),
    ] = "clopper-pearson",
    difference: Annotated[
        str,
        typer.Option(
            help="Of a difference: miettinen-nurminen, newcombe, mee, wald, corrected-newcombe, "
            "corrected-wald."
        ),
    ] = "miettinen-nurminen",
    margin: Annotated[
        float | None, typer.Option(help="Test that arm minus control is no more than this.")
    ] = None,
    missing: Annotated[
        str, typer.Option(help="Rows with a missing value: refuse, or drop and count them.")
    ] = "refuse",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML table only.")] = False,
) -> None:
    """Response rates by arm with limits; differences, ratios and tests against the control."""
    import json

    from equipoise.analysis.response.summary import response
    from equipoise.errors import InputError
    from equipoise.reporting.summaries.response import table, text

    if as_json and as_html:
        raise InputError("--json and --html: expected one of them")
    found = response(
        data,
        responder=responder,
        arm=arm,
        control=control,
        strata=strata or (),
        level=level,
        limits=limits,  # type: ignore[arg-type]  # any text; the function names what it knows
        difference=difference,  # type: ignore[arg-type]
        margin=margin,
        covariates=covariates or (),
        missing=missing,  # type: ignore[arg-type]
    ).to_dict()
    if as_json:
        typer.echo(json.dumps(found, indent=1, allow_nan=False, default=str))
        return
    typer.echo(table(found) if as_html else text(found))
