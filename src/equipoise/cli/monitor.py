"""`equipoise monitor FILE HYPOTHESIS`: an interim result against the design."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    file: Annotated[Path, typer.Argument(help="A protocol file; - is standard input.")],
    hypothesis: Annotated[str, typer.Argument(help="The hypothesis, as in the protocol's design.")],
    look: Annotated[str, typer.Option(help="Name of the look.")],
    amount: Annotated[
        float, typer.Option("--events", "--amount", help="Events (or subjects) at the look.")
    ],
    z: Annotated[
        float | None, typer.Option("--z", help="Z, large in favor of the experimental arm.")
    ] = None,
    p: Annotated[float | None, typer.Option("--p", help="P value in its favor, instead.")] = None,
    p_sides: Annotated[int, typer.Option(help="Sides of the P value.")] = 2,
    day: Annotated[
        float | None, typer.Option(help="Days since the first patient, for a forecast.")
    ] = None,
    by_arm: Annotated[
        str | None, typer.Option(help="Events on control and experimental arm: 26,14")
    ] = None,
    before: Annotated[
        list[str] | None,
        typer.Option(help="An earlier result, HYPOTHESIS:LOOK:AMOUNT:Z; may be repeated."),
    ] = None,
    not_performed: Annotated[
        list[str] | None,
        typer.Option(help="A planned look that was not held, HYPOTHESIS:LOOK; may be repeated."),
    ] = None,
    added: Annotated[
        bool, typer.Option("--added", help="The look is not one of the plan's.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bound at the information seen, decision, conditional power, adjusted inference, forecast."""
    from equipoise.cli.opened import opened
    from equipoise.design.monitor.model import Seen
    from equipoise.design.monitor.monitor import monitor
    from equipoise.design.plan.plan import plan

    control, experimental = _arms(by_arm)
    seen = _earlier(before or [])
    latest = Seen(look, amount, _z(z, p, p_sides), day, control, experimental, added)
    seen.setdefault(hypothesis, []).append(latest)
    found = monitor(plan(opened(file)), seen, not_performed=_passed_over(not_performed or []))
    typer.echo(json.dumps(found.to_dict(), indent=2) if as_json else found.in_words())


def _z(z: float | None, p: float | None, sides: int) -> float:
    from equipoise.design.monitor.scales import p_to_z
    from equipoise.errors import InputError

    if (z is None) == (p is None):
        raise InputError("say the result once: --z or --p")
    if z is not None:
        return z
    if p is None or not 0.0 < p < 1.0 or sides not in (1, 2):
        raise InputError(f"--p {p}: expected a P value between 0 and 1, with 1 or 2 sides")
    return p_to_z(p, sides=sides)


def _arms(text: str | None) -> tuple[int | None, int | None]:
    from equipoise.errors import InputError

    if text is None:
        return None, None
    try:
        control, experimental = (int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f'--by-arm "{text}": expected control,experimental as in 26,14') from None
    return control, experimental


def _earlier(texts: list[str]) -> dict[str, list[Any]]:
    from equipoise.design.monitor.model import Seen
    from equipoise.errors import InputError

    found: dict[str, list[Any]] = {}
    for text in texts:
        try:
            name, look, amount, z = text.split(":")
            found.setdefault(name, []).append(Seen(look, float(amount), float(z)))
        except ValueError:
            raise InputError(
                f'--before "{text}": expected HYPOTHESIS:LOOK:AMOUNT:Z, as in OS:interim:40:2.9'
            ) from None
    return found


def _passed_over(texts: list[str]) -> dict[str, list[str]]:
    from equipoise.errors import InputError

    found: dict[str, list[str]] = {}
    for text in texts:
        name, colon, look = text.partition(":")
        if not colon:
            told = f'--not-performed "{text}": expected HYPOTHESIS:LOOK, as in OS:interim'
            raise InputError(told)
        found.setdefault(name, []).append(look)
    return found
