"""equipoise response: rates by arm and their differences, from any file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    data: Annotated[Path, typer.Argument(help="CSV, Parquet, Arrow, XPT or SAS file.")],
    responder: Annotated[
        str, typer.Option(help='Column of 1 and 0, or "column==value|value", such as BOR==CR|PR.')
    ],
    arm: Annotated[str, typer.Option(help="Column of treatment arms.")],
    control: Annotated[
        str | None, typer.Option(help="The arm compared against; the first level by default.")
    ] = None,
    strata: Annotated[
        list[str] | None, typer.Option(help="Column of strata; may be given several times.")
    ] = None,
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    limits: Annotated[
        str,
        typer.Option(help="Of a rate: clopper-pearson, wilson, jeffreys, agresti-coull, wald."),
    ] = "clopper-pearson",
    difference: Annotated[
        str, typer.Option(help="Of a difference: miettinen-nurminen, newcombe, mee, wald.")
    ] = "miettinen-nurminen",
    margin: Annotated[
        float | None, typer.Option(help="Test that arm minus control is no more than this.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML table only.")] = False,
) -> None:
    """Response rates by arm with limits; differences, ratios and tests against the control."""
    import json

    from equipoise.analysis.response.summary import response
    from equipoise.errors import InputError

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
    ).to_dict()
    if as_json:
        typer.echo(json.dumps(found, indent=1, allow_nan=False, default=str))
        return
    rows = _rows(found)
    typer.echo(_html(rows) if as_html else _text(rows))


def _rows(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What, estimate with limits, P value."""
    level = f"{100 * found['level']:g}% CI"
    rows = [
        (f"{a['arm']}: {a['responders']} of {a['n']}", _interval(a, "rate", level), "")
        for a in found["arms"]
    ]
    for c in found["comparisons"]:
        pair = f"{c['arm']} v {c['control']}"
        rows.append((f"{pair}: difference", _interval(c["difference"], "estimate", level), ""))
        rows.append((f"{pair}: odds ratio", _interval(c["odds_ratio"], "estimate", level), ""))
        rows.append((f"{pair}: Fisher", "", _p(c["fisher"]["p"])))
        if c["margin"]:
            rows.append((f"{pair}: margin {c['margin']['margin']:g}", "", _p(c["margin"]["p"])))
        if c["stratified"]:
            rows += _stratified_rows(pair, c["stratified"], level)
    return rows


def _stratified_rows(pair: str, s: dict[str, Any], level: str) -> list[tuple[str, str, str]]:
    head = f"{pair}, {s['strata']} strata"
    gap = _interval(s["difference"], "estimate", level)
    rows = [
        (f"{head}: difference", gap, _p(s["difference"]["p"])),
        (f"{head}: odds ratio", _interval(s["odds_ratio"], "estimate", level), ""),
    ]
    if s["cmh"]:
        rows.append((f"{head}: Cochran-Mantel-Haenszel", "", _p(s["cmh"]["p"])))
    return rows


def _interval(values: dict[str, Any], key: str, level: str) -> str:
    estimate, lower, upper = (
        "not estimable" if values[k] is None else f"{values[k]:.3f}"
        for k in (key, "lower", "upper")
    )
    return f"{estimate} ({level} {lower} to {upper})"


def _p(p: float | None) -> str:
    if p is None:
        return "P not estimable"
    return "P<0.001" if p < 0.001 else f"P={p:.3f}"


def _text(rows: list[tuple[str, str, str]]) -> str:
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{a:<{width}}  {b}  {c}".rstrip() for a, b, c in rows)


def _html(rows: list[tuple[str, str, str]]) -> str:
    from html import escape

    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table>\n{body}\n</table>"
