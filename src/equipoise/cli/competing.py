"""equipoise competing: competing risks of one endpoint of any file, compared between arms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.survival import listed, numbers_listed, shown


def command(
    data: Annotated[Path, typer.Argument(help="A table: csv, tsv, parquet, arrow, xpt, sas7bdat.")],
    time: Annotated[str, typer.Option(help="Column of times to the first event of any cause.")],
    cause: Annotated[str, typer.Option(help="Column of what came first.")],
    arm: Annotated[
        str | None, typer.Option(help="Column of arms; without one there are the curves.")
    ] = None,
    control: Annotated[str | None, typer.Option(help="The arm compared against.")] = None,
    censored: Annotated[str, typer.Option(help="The cause's value where nothing came.")] = "0",
    strata: Annotated[list[str] | None, typer.Option(help="Columns that stratify.")] = None,
    covariates: Annotated[list[str] | None, typer.Option(help="Terms of the models.")] = None,
    at: Annotated[list[str] | None, typer.Option(help="Times at which incidence is given.")] = None,
    extend: Annotated[
        bool, typer.Option("--extend", help="Carry incidence past the last time, if censored.")
    ] = False,
    variance: Annotated[str, typer.Option(help="delta (R survival) or aalen (cmprsk).")] = "delta",
    conf: Annotated[str, typer.Option(help="Scale of limits: log-log, log, plain.")] = "log-log",
    missing: Annotated[
        str, typer.Option(help="Rows with a missing value: refuse, or drop and count them.")
    ] = "refuse",
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML page.")] = False,
) -> None:
    """Cumulative incidence, Gray's test, Fine-Gray and cause-specific models of any table.

    --strata, --covariates and --at take several values (--at 30 90), a list with commas, or
    are repeated.
    """
    from equipoise.analysis.survival.competed import competing
    from equipoise.reporting.summaries.competing import page, text

    found = competing(
        data,
        time=time,
        cause=cause,
        arm=arm,
        control=control,
        censored=censored,
        strata=listed(strata),
        covariates=listed(covariates),
        at=numbers_listed("--at", at),
        extend=extend,
        variance=variance,  # type: ignore[arg-type]
        conf=conf,  # type: ignore[arg-type]
        missing=missing,  # type: ignore[arg-type]
        level=level,
    ).to_dict()
    title = f"{cause} by {arm}" if arm else cause
    typer.echo(shown(found, title, text, page, as_json=as_json, as_html=as_html))
