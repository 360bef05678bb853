"""equipoise survival: one time-to-event endpoint of any file, compared between arms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    data: Annotated[Path, typer.Argument(help="A table: csv, tsv, parquet, arrow, xpt, sas7bdat.")],
    time: Annotated[str, typer.Option(help="Column of follow-up times.")],
    event: Annotated[str, typer.Option(help="Column of 1 (event) and 0, or such as status==2.")],
    arm: Annotated[str, typer.Option(help="Column of arms.")],
    control: Annotated[str | None, typer.Option(help="The arm compared against.")] = None,
    strata: Annotated[list[str] | None, typer.Option(help="Columns that stratify.")] = None,
    covariates: Annotated[list[str] | None, typer.Option(help="Terms of the Cox model.")] = None,
    conf: Annotated[
        str, typer.Option(help="Scale of limits: log-log, log, plain, logit, arcsin.")
    ] = "log-log",
    ties: Annotated[str, typer.Option(help="efron, breslow or exact.")] = "efron",
    at: Annotated[list[str] | None, typer.Option(help="Times at which survival is given.")] = None,
    extend: Annotated[
        bool, typer.Option("--extend", help="Carry survival past the last time, if censored.")
    ] = False,
    rmst: Annotated[
        float | None, typer.Option(metavar="TAU", help="Restricted mean survival up to this time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML page.")] = False,
) -> None:
    """Kaplan-Meier, log-rank, Cox and proportional hazards of any table.

    --strata, --covariates and --at take several values (--at 30 90), a list with commas, or
    are repeated.
    """
    from equipoise.analysis.survival.summary import survival

    found = survival(
        data,
        time=time,
        event=event,
        arm=arm,
        control=control,
        strata=_listed(strata),
        covariates=_listed(covariates),
        conf=conf,  # type: ignore[arg-type]
        ties=ties,  # type: ignore[arg-type]
        at=_times(at),
        extend=extend,
        rmst=rmst,
    ).to_dict()
    typer.echo(_shown(found, f"{time} by {arm}", as_json=as_json, as_html=as_html))


def _shown(found: dict[str, Any], title: str, *, as_json: bool, as_html: bool) -> str:
    import json

    from equipoise.errors import InputError
    from equipoise.reporting.summaries.survival import page, text

    if as_json and as_html:
        raise InputError("--json and --html: expected one of the two")
    if as_json:
        return json.dumps(found, indent=1, allow_nan=False)
    return page(found, title=title) if as_html else text(found)


def _listed(given: Sequence[str] | None) -> list[str]:
    """Repeated options and comma lists as one list."""
    return [part.strip() for text in given or () for part in text.split(",") if part.strip()]


def _times(given: Sequence[str] | None) -> list[float]:
    from equipoise.errors import InputError

    try:
        return [float(t) for t in _listed(given)]
    except ValueError:
        raise InputError(f"--at: {', '.join(given or ())} found; expected times") from None
