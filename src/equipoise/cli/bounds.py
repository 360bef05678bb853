"""`equipoise bounds`: group-sequential boundaries without a protocol."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer


def _list_families(wanted: bool) -> None:
    if wanted:
        from equipoise.protocol.language.families import BOUNDARIES, OWN_ERROR, SPENDING

        listed = (("Spending functions", SPENDING), ("Boundaries, for efficacy only", BOUNDARIES))
        for title, families in listed:
            typer.echo(f"{title}:")
            for words in families.values():
                whose = f"  [{words.extension}]" if words.extension else ""
                typer.echo(f"  {words.form:<26}  {words.takes}{whose}")
        typer.echo(f"or {OWN_ERROR}")
        raise typer.Exit


def command(
    information: Annotated[
        str, typer.Option(help="Information at each look, as shares: 0.5,1")
    ] = "1",
    alpha: Annotated[float, typer.Option(help="Type I error, over both sides.")] = 0.025,
    sides: Annotated[int, typer.Option(help="1, or 2 for symmetric bounds.")] = 1,
    efficacy: Annotated[
        str,
        typer.Option(help="A family, such as hsd:-4, or cumulative error: 0.001,0.025"),
    ] = "lan-demets-obf",
    futility: Annotated[
        str | None, typer.Option(help="A spending function, or cumulative beta per look.")
    ] = None,
    beta: Annotated[float | None, typer.Option(help="Type II error.")] = None,
    binding: Annotated[
        bool, typer.Option("--binding", help="Crossing the futility bound must stop.")
    ] = False,
    spending_time: Annotated[
        str | None, typer.Option(help="Time at which error is spent, if not the information.")
    ] = None,
    harm: Annotated[str | None, typer.Option(help="Spending function of a bound for harm.")] = None,
    harm_alpha: Annotated[float | None, typer.Option(help="Error of the bound for harm.")] = None,
    events: Annotated[
        float | None,
        typer.Option(help="Events at information 1: adds hazard ratios and conditional power."),
    ] = None,
    ratio: Annotated[float, typer.Option(help="Experimental subjects per control.")] = 1.0,
    families: Annotated[
        bool,
        typer.Option(
            "--families", callback=_list_families, is_eager=True, help="List every family."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Boundaries of a group-sequential design on the Z and P scales."""
    from equipoise.design.bounds.boundaries import bounds

    found = bounds(
        _numbers(information, "--information"),
        alpha=alpha,
        sides=sides,
        efficacy=efficacy,
        futility=futility,
        beta=beta,
        binding=binding,
        spending_time=None if spending_time is None else _numbers(spending_time, "--spending-time"),
        harm=harm,
        harm_alpha=harm_alpha,
    )
    rows = [] if events is None else _rows(found, events, ratio)
    if as_json:
        typer.echo(json.dumps({**found.to_dict(), **({"rows": rows} if rows else {})}, indent=2))
    else:
        typer.echo("\n".join([_table(found), *_scales(rows)]))


def _rows(found: Any, events: float, ratio: float) -> list[dict[str, Any]]:
    from equipoise.design.monitor.scales import on_scales
    from equipoise.errors import InputError

    if not events > 0.0 or not ratio > 0.0:
        raise InputError("--events and --ratio: expected numbers above 0")
    return on_scales(found, events=events, ratio=ratio)


def _scales(rows: list[dict[str, Any]]) -> list[str]:
    """Each bound on every scale, if there are events to put it on that of the hazard ratio."""
    lines = ["look  bound       Z  one-sided P  hazard ratio  conditional power"] if rows else []
    for row in rows:
        power = row["conditional_power"]
        lines.append(
            f"{row['look']:>4}  {row['bound']:<6} {row['z']:>6.3f}  {row['p']:>11.4g}  "
            f"{row['hazard_ratio']:>12.4f}  {'' if power is None else f'{power:.4f}':>17}"
        )
    return lines


def _numbers(text: str, option: str) -> list[float]:
    from equipoise.errors import InputError
    from equipoise.units import parse_number

    try:
        return [parse_number(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None


def _table(found: Any) -> str:
    lines = ["look  information    upper Z   nominal P    lower Z  alpha spent"]
    for k, t in enumerate(found.information):
        lines.append(
            f"{k + 1:>4}  {t:>11.4f} {_cell(found.upper[k], '.6f')} "
            f"{_cell(found.nominal_p[k], '.4g')} {_cell(found.lower[k], '.6f')} "
            f"{found.alpha_spent[k]:>12.6f}"
        )
    default = "" if found.beta_given else ", the default"
    lines.append(
        f"Inflation {found.inflation:.6f} at power {1 - found.beta:g}{default}; drift "
        f"{found.drift:.6f}."
    )
    return "\n".join(lines)


def _cell(value: float | None, form: str) -> str:
    return f"{'none' if value is None else format(value, form):>10}"
