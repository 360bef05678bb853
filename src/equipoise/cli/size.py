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
    shared = {"alpha": alpha, "sides": sides, "ratio": ratio}
    if method is not None:
        shared["method"] = method  # type: ignore[assignment]
    rates = (median, accrual, dropout, year)
    if kind is Compared.survival and looks is not None:
        at = (looks, after, spending)
        found = _looks(
            hazard_ratio, subjects, power, rates, at, {"alpha": alpha / sides, "ratio": ratio}
        )
    elif kind is Compared.survival:
        found = _survival(hazard_ratio, events, subjects, power, duration, rates, shared)
    elif kind is Compared.proportion:
        found = _proportion(control, experimental, margin, subjects, power, shared)
    else:
        found = _mean(difference, sd, subjects, power, shared)
    out = {"kind": kind.value, **found.to_dict()}
    typer.echo(json.dumps(out, indent=2) if as_json else _lines(out))


def _power(power: float | None, *, solved: bool) -> float | None:
    """Power is 0.9 unless it is given or is itself what is left out."""
    from equipoise.design.size.model import DEFAULT_POWER

    return DEFAULT_POWER if power is None and not solved else power


def _survival(
    hazard_ratio: float | None,
    events: float | None,
    subjects: float | None,
    power: float | None,
    duration: float | None,
    rates: tuple[float | None, float | None, float, float],
    shared: dict[str, Any],
) -> Any:
    from equipoise.design.size.events import size_events
    from equipoise.design.size.size import size_trial
    from equipoise.errors import InputError

    if rates[:2] == (None, None) and duration is None:
        full = hazard_ratio is not None and events is not None
        wanted = _power(power, solved=full)
        return size_events(hazard_ratio=hazard_ratio, events=events, power=wanted, **shared)
    if events is not None:
        raise InputError("--events cannot be set beside --median; say --subjects or leave it out")
    full = None not in (hazard_ratio, subjects, duration)
    return size_trial(
        _rates(rates),
        hazard_ratio=hazard_ratio,
        subjects=subjects,
        power=_power(power, solved=full),
        duration=duration,
        **shared,
    )


def _looks(
    hazard_ratio: float | None,
    subjects: float | None,
    power: float | None,
    rates: tuple[float | None, float | None, float, float],
    at: tuple[str, float, str],
    shared: dict[str, Any],
) -> Any:
    from equipoise.design.size.size import size_looks
    from equipoise.errors import InputError

    looks, after, spending = at
    if hazard_ratio is None:
        raise InputError("looks need --hazard-ratio")
    try:
        times = [float(t) for t in looks.split(",")]
    except ValueError:
        raise InputError(f'--looks "{looks}": expected times, as in 18,24,36') from None
    return size_looks(
        _rates(rates),
        hazard_ratio=hazard_ratio,
        after=after,
        looks=times,
        subjects=subjects,
        power=_power(power, solved=subjects is not None),
        efficacy=spending,
        **shared,
    )


def _rates(rates: tuple[float | None, float | None, float, float]) -> Any:
    from equipoise.design.size.size import TrialRates
    from equipoise.errors import InputError

    median, accrual, dropout, year = rates
    if median is None or accrual is None:
        raise InputError("subjects and dates need both --median and --accrual")
    return TrialRates(median, accrual, dropout, year)


def _proportion(
    control: float | None,
    experimental: float | None,
    margin: str,
    subjects: float | None,
    power: float | None,
    shared: dict[str, Any],
) -> Any:
    from equipoise.design.size.proportions import size_proportion
    from equipoise.errors import InputError
    from equipoise.units import parse_number

    if control is None:
        raise InputError("a comparison of proportions needs --control")
    wanted = _power(power, solved=experimental is not None and subjects is not None)
    try:
        null = -abs(parse_number(margin))
    except ValueError as error:
        raise InputError(f"--margin: {error}") from None
    options = {"method": "farrington-manning" if null else "pooled", **shared}
    return size_proportion(
        control=control,
        experimental=experimental,
        margin=null,
        subjects=subjects,
        power=wanted,
        **options,
    )


def _mean(
    difference: float | None,
    sd: float | None,
    subjects: float | None,
    power: float | None,
    shared: dict[str, Any],
) -> Any:
    from equipoise.design.size.means import size_mean
    from equipoise.errors import InputError

    if sd is None:
        raise InputError("a comparison of means needs --sd")
    wanted = _power(power, solved=difference is not None and subjects is not None)
    return size_mean(difference=difference, sd=sd, subjects=subjects, power=wanted, **shared)


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
