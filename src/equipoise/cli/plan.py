"""`equipoise plan FILE`: the design a protocol implies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    file: Annotated[Path, typer.Argument(help="A protocol file; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Print the paragraphs of the statistics section.")
    ] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print the paragraphs as HTML.")] = False,
) -> None:
    """Size, looks and boundaries that a protocol implies, with every input marked."""
    from equipoise.cli.opened import opened
    from equipoise.design.plan.plan import plan
    from equipoise.errors import InputError

    if as_json + words + as_html > 1:
        raise InputError("choose one of --json, --words and --html")
    design = plan(opened(file))
    if as_json:
        typer.echo(json.dumps(design.to_dict(), indent=2))
    elif as_html:
        from equipoise.design.plan.page import page

        typer.echo(page(design))
    else:
        typer.echo(design.in_words() if words else _table(design))


def _table(design: Any) -> str:
    from equipoise.calendar import months

    lines = [
        repr(design),
        "hypothesis  look        amount  information  month   Z bound  nominal P",
    ]
    for h in design.hypotheses:
        for look, z, p in zip(h.looks, h.bounds.upper, h.bounds.nominal_p, strict=True):
            day = look.day.time
            lines.append(
                f"{h.name:<11} {look.name:<10} {look.amount:>7.1f}  {look.information:>11.4f}  "
                f"{'' if day is None else f'{months(day):.1f}':>5}  "
                f"{'none' if z is None else f'{z:.4f}':>8}  {'' if p is None else f'{p:.4g}':>9}"
            )
    return "\n".join([*lines, *design.notes])
