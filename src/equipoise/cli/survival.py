"""equipoise survival: one time-to-event endpoint of any file, compared between arms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    data: Annotated[Path, typer.Argument(help="A table: csv, tsv, parquet, arrow, xpt, sas7bdat.")],
    time: Annotated[str, typer.Option(help="Column of follow-up times.")],
    event: Annotated[str, typer.Option(help="Column of 1 (event) and 0, or such as status==2.")],
    arm: Annotated[
        str | None, typer.Option(help="Column of arms; without one there is one curve.")
    ] = None,
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
    entry: Annotated[str | None, typer.Option(help="Column of times of delayed entry.")] = None,
    weights: Annotated[
        str | None, typer.Option(help="Column of how many rows each row counts as.")
    ] = None,
    weighted: Annotated[
        list[str] | None,
        typer.Option(help="gehan, tarone-ware, peto-peto, sas-peto, modified-peto."),
    ] = None,
    distribution: Annotated[
        str | None,
        typer.Option(help="Also fit exponential, weibull, lognormal or loglogistic times."),
    ] = None,
    missing: Annotated[
        str, typer.Option(help="Rows with a missing value: refuse, or drop and count them.")
    ] = "refuse",
    rmst: Annotated[
        float | None, typer.Option(metavar="TAU", help="Restricted mean survival up to this time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML page.")] = False,
) -> None:
    """Kaplan-Meier, log-rank, Cox and proportional hazards of any table.

    --strata, --covariates, --weighted and --at take several values (--at 30 90), a list with
    commas, or are repeated.
    """
    from equipoise.analysis.survival.summary import survival
    from equipoise.reporting.summaries.survival import page, text

    found = survival(
        data,
        time=time,
        event=event,
        arm=arm,
        control=control,
        strata=listed(strata),
        covariates=listed(covariates),
        entry=entry,
        weights=weights,
        weighted=listed(weighted),  # type: ignore[arg-type]
        distribution=distribution,  # type: ignore[arg-type]
        conf=conf,  # type: ignore[arg-type]
        ties=ties,  # type: ignore[arg-type]
        at=numbers_listed("--at", at),
        extend=extend,
        rmst=rmst,
        missing=missing,  # type: ignore[arg-type]
    ).to_dict()
    title = f"{time} by {arm}" if arm else time
    typer.echo(shown(found, title, text, page, as_json=as_json, as_html=as_html))


def shown(
    found: dict[str, Any],
    title: str,
    text: Callable[[dict[str, Any]], str],
    page: Callable[..., str],
    *,
    as_json: bool,
    as_html: bool,
) -> str:
    """What was found as JSON, as an HTML page or as text."""
    import json

    from equipoise.errors import InputError

    if as_json and as_html:
        raise InputError("--json and --html: expected one of the two")
    if as_json:
        return json.dumps(found, indent=1, allow_nan=False)
    return page(found, title=title) if as_html else text(found)


def listed(given: Sequence[str] | None) -> list[str]:
    """Repeated options and comma lists as one list."""
    return [part.strip() for text in given or () for part in text.split(",") if part.strip()]


def numbers_listed(option: str, given: Sequence[str] | None) -> list[float]:
    """The same as numbers. Raises InputError naming the option if one is none."""
    from equipoise.errors import InputError

    try:
        return [float(t) for t in listed(given)]
    except ValueError:
        raise InputError(f"{option}: {', '.join(given or ())} found; expected times") from None
