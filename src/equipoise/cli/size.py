"""`equipoise size survival|proportion|mean`: leave one number out and it is solved for."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer


class Compared(StrEnum):
    """What is compared."""

    survival = "survival"
    proportion = "proportion"
    mean = "mean"


def command(
    kind: Annotated[Compared, typer.Argument(help="survival, proportion or mean")],
    hazard_ratio: Annotated[float | None, typer.Option(help="survival: assumed effect.")] = None,
    events: Annotated[float | None, typer.Option(help="survival: number of events.")] = None,
    median: Annotated[float | None, typer.Option(help="survival: median on control.")] = None,
    accrual: Annotated[float | None, typer.Option(help="survival: how long it lasts.")] = None,
    duration: Annotated[float | None, typer.Option(help="survival: when the trial ends.")] = None,
    dropout: Annotated[float, typer.Option(help="survival: share lost per year.")] = 0.0,
    year: Annotated[float, typer.Option(help="survival: a year in the unit of time.")] = 12.0,
    looks: Annotated[
        str | None, typer.Option(help="survival: times of log-rank looks, as in 18,24,36.")
    ] = None,
    after: Annotated[
        float, typer.Option(help="survival, at looks: the hazard ratio is 1 up to here.")
    ] = 0.0,
    spending: Annotated[
        str, typer.Option(help="survival, at looks: see `bounds --families`.")
    ] = "lan-demets-obf",
    control: Annotated[float | None, typer.Option(help="proportion: on control.")] = None,
    experimental: Annotated[
        float | None, typer.Option(help="proportion: on the experimental arm.")
    ] = None,
    margin: Annotated[
        str, typer.Option(help="proportion: non-inferiority margin, as 10%, with or without sign.")
    ] = "0",
    difference: Annotated[float | None, typer.Option(help="mean: assumed difference.")] = None,
    sd: Annotated[float | None, typer.Option(help="mean: standard deviation.")] = None,
    subjects: Annotated[float | None, typer.Option(help="Subjects, both arms together.")] = None,
    power: Annotated[
        float | None, typer.Option(help="Power; 0.9 where the size is solved for.")
    ] = None,
    alpha: Annotated[float, typer.Option(help="Type I error, over both sides.")] = 0.025,
    sides: Annotated[int, typer.Option(help="1 or 2.")] = 1,
    ratio: Annotated[float, typer.Option(help="Experimental subjects per control.")] = 1.0,
    method: Annotated[str | None, typer.Option(help="See `docs`; named in the answer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Size, power, detectable effect or duration of a fixed design."""
    from equipoise.design.size.asked import size

    asked: dict[str, Any] = {
        "hazard_ratio": hazard_ratio,
        "events": events,
        "median": median,
        "accrual": accrual,
        "duration": duration,
        "dropout": dropout,
        "year": year,
        "after": after,
        "spending": spending,
        "control": control,
        "experimental": experimental,
        "difference": difference,
        "sd": sd,
    }
    shared = {"subjects": subjects, "power": power, "alpha": alpha, "sides": sides, "ratio": ratio}
    ask: Any = size  # which options a kind takes, it says itself
    found = ask(
        kind.value, looks=_times(looks), margin=_margin(margin), method=method, **asked, **shared
    )
    out = {"kind": kind.value, **found.to_dict()}
    typer.echo(json.dumps(out, indent=2) if as_json else _lines(out))


def _times(looks: str | None) -> list[float] | None:
    from equipoise.errors import InputError

    try:
        return None if looks is None else [float(t) for t in looks.split(",")]
    except ValueError:
        raise InputError(f'--looks "{looks}": expected times, as in 18,24,36') from None


def _margin(text: str) -> float:
    from equipoise.errors import InputError
    from equipoise.units import parse_number

    try:
        return parse_number(text)
    except ValueError as error:
        raise InputError(f"--margin: {error}") from None


def _lines(out: dict[str, Any]) -> str:
    flat = {**out, **{f"whole {k}": v for k, v in out.get("whole", {}).items()}}
    return "\n".join(
        f"{name.replace('_', ' '):<22}{_cell(value)}"
        for name, value in flat.items()
        if not isinstance(value, dict)
    )


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "  ".join(_cell(v) for v in value)
    if value is None:
        return "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
