"""equipoise survival: one time-to-event endpoint of any file, compared between arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
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
    import json

    from equipoise.analysis.survival.summary import survival
    from equipoise.errors import InputError

    if as_json and as_html:
        raise InputError("--json and --html: expected one of the two")
    try:
        when = [float(t) for t in listed(at)]
    except ValueError:
        raise InputError(f"--at: {', '.join(at or ())} found; expected times") from None
    found = survival(
        data,
        time=time,
        event=event,
        arm=arm,
        control=control,
        strata=listed(strata),
        covariates=listed(covariates),
        conf=conf,  # type: ignore[arg-type]
        ties=ties,  # type: ignore[arg-type]
        at=when,
        extend=extend,
        rmst=rmst,
    ).to_dict()
    if as_json:
        typer.echo(json.dumps(found, indent=1, allow_nan=False))
    else:
        tables = tables_of(found)
        title = f"{time} by {arm}"
        typer.echo(page(title, tables, found["notes"]) if as_html else text(tables, found["notes"]))


def listed(given: Sequence[str] | None) -> list[str]:
    """Repeated options and comma lists as one list."""
    return [part.strip() for text in given or () for part in text.split(",") if part.strip()]


Table = tuple[str, list[str], list[list[str]]]


def tables_of(found: Mapping[str, Any]) -> list[Table]:
    """Title, column heads and rows of each table."""
    arms, points = found["arms"], found["arms"][0]["at"]
    out: list[Table] = [
        (
            "Kaplan-Meier",
            ["arm", "n", "events", "median", "95% CI" if found["level"] == 0.95 else "CI"],
            [
                [str(a["arm"]), str(a["n"]), str(a["events"]), shown(a["median"]),
                 between(a["median_lower"], a["median_upper"])]
                for a in arms
            ],
        )
    ]  # fmt: skip
    if points:
        rows = [
            [str(a["arm"]), shown(p["time"]), str(p["at_risk"]), shown(p["survival"]),
             between(p["lower"], p["upper"])]
            for a in arms
            for p in a["at"]
        ]  # fmt: skip
        out.append(("Survival at times", ["arm", "time", "at risk", "survival", "CI"], rows))
    if any(a["rmst"] for a in arms):
        rows = [
            [str(a["arm"]), shown(a["rmst"]["estimate"]), shown(a["rmst"]["se"]),
             between(a["rmst"]["lower"], a["rmst"]["upper"])]
            for a in arms
            if a["rmst"]
        ]  # fmt: skip
        out.append(("Restricted mean", ["arm", "mean", "se", "CI"], rows))
    return [*out, *tests_of(found)]


def tests_of(found: Mapping[str, Any]) -> list[Table]:
    """The log-rank test, the terms of the Cox model and proportional hazards."""
    test, model = found["logrank"], found["cox"]
    return [
        (
            "Log-rank"
            + (", stratified by " + ", ".join(found["strata"]) if found["strata"] else ""),
            ["Z", "chi-square", "df", "P"],
            [[shown(test["z"]), shown(test["chisq"]), shown(test["df"]), shown(test["p"])]],
        ),
        (
            f"Cox, {model['ties']} ties",
            ["term", "hazard ratio", "CI", "P"],
            [
                [t["term"], shown(t["hr"]), between(t["lower"], t["upper"]), shown(t["p"])]
                for t in model["terms"]
            ],
        ),
        (
            "Proportional hazards",
            ["term", "chi-square", "df", "P"],
            [
                [t["term"], shown(t["chisq"]), shown(t["df"]), shown(t["p"])]
                for t in found["zph"]["terms"]
            ],
        ),
    ]


def shown(value: float | None) -> str:
    """A number for people; NE where it is not estimable."""
    return "NE" if value is None else f"{value:.4g}"


def between(lower: float | None, upper: float | None) -> str:
    """Limits for people."""
    return f"{shown(lower)} to {shown(upper)}"


def text(tables: Sequence[Table], notes: Sequence[str]) -> str:
    """The tables in columns."""
    blocks = []
    for title, head, rows in tables:
        if rows:
            lines = [head, *rows]
            width = [max(len(line[j]) for line in lines) for j in range(len(head))]
            body = ("  ".join(c.ljust(w) for c, w in zip(line, width)).rstrip() for line in lines)
            blocks.append("\n".join([title, *(f"  {line}" for line in body)]))
    return "\n\n".join([*blocks, *notes])


STYLE = (
    "body{font-family:sans-serif} td,th{text-align:left;padding:.2em 1em} "
    "caption{text-align:left;font-weight:bold}"
)


def page(title: str, tables: Sequence[Table], notes: Sequence[str]) -> str:
    """The tables as one HTML page that needs nothing else."""
    parts = []
    for name, head, rows in tables:
        if rows:
            heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
            lines = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n"
                for row in rows
            )
            parts.append(
                f"<table>\n<caption>{escape(name)}</caption>\n<tr>{heads}</tr>\n{lines}</table>"
            )
    parts += [f"<p>{escape(note)}</p>" for note in notes]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f"<style>{STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>"
    )
