"""equipoise reconstruct: patient-level data from published survival curves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    curve: Annotated[Path, typer.Argument(help="Table with columns time, survival and arm.")],
    at_risk: Annotated[Path, typer.Option(help="Table with columns time, at_risk and arm.")],
    events: Annotated[
        list[str] | None,
        typer.Option(help="Published events: 74, or by arm as in A=64; may be repeated."),
    ] = None,
    control: Annotated[
        str | None, typer.Option(help="The arm compared against; the first one by default.")
    ] = None,
    reading: Annotated[
        str,
        typer.Option(
            help="steps: each point is the foot of a step; samples: the curve was sampled; auto."
        ),
    ] = "auto",
    percent: Annotated[
        bool, typer.Option("--percent", help="Survival goes from 0 to 100.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV that gets time, event and arm.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON only.")] = False,
) -> None:
    """Rebuild patient-level times from digitized curves and numbers at risk (Guyot et al. 2012).

    Prints how well the rebuilt data reproduce what was published. The column arm is needed only
    where there are several arms; then both tables have it.
    """
    import json

    from equipoise.evidence.reconstruct import reconstruct
    from equipoise.reporting.write import write_text

    found = reconstruct(
        curve,
        at_risk=at_risk,
        events=_totals(events),
        control=control,
        reading=reading,
        percent=percent,
    )
    if output is not None:
        write_text(output, found.to_csv())
    body = found.to_dict()
    typer.echo(json.dumps(body, indent=1, allow_nan=False) if as_json else _text(body))


def _totals(given: list[str] | None) -> dict[str, int] | int | None:
    """--events as a number, or numbers by arm. Raises InputError for anything else."""
    from equipoise.errors import InputError

    parts = [part.strip() for text in given or () for part in text.split(",") if part.strip()]
    if not parts:
        return None
    try:
        if len(parts) == 1 and "=" not in parts[0]:
            return int(parts[0])
        pairs = [part.rsplit("=", 1) for part in parts]
        return {arm.strip(): int(number) for arm, number in pairs}
    except ValueError:
        told = ", ".join(parts)
        raise InputError(f"--events: {told} found; expected 74, or A=64,B=60") from None


def _text(body: dict[str, Any]) -> str:
    """The checks for people."""
    lines = [line for arm in body["arms"] for line in _arm(arm)]
    for c in body["comparisons"]:
        limits = f"(95% CI {_shown(c['lower'])} to {_shown(c['upper'])})"
        ratio = f"hazard ratio {_shown(c['hazard_ratio'])} {limits}"
        lines.append(
            f"{c['arm']} against {c['control']}: {ratio}, log-rank P {_shown(c['logrank_p'])}"
        )
    return "\n".join([*lines, *body["notes"]])


def _arm(a: dict[str, Any]) -> Iterator[str]:
    published = a["events_published"]
    of = "" if published is None else f" ({published} published)"
    right = sum(row["published"] == row["found"] for row in a["at_risk"])
    head = f"{a['arm']}: " if a["arm"] else ""
    yield f"{head}{a['n']} subjects, {a['events']} events{of}"
    gaps = f"RMSE {a['rmse']:.4f}, largest gap {a['largest']:.4f}"
    yield f"  curve         {gaps}, read as {a['reading']}"
    yield f"  median        {_shown(a['median'])}, on the curve {_shown(a['median_read'])}"
    yield f"  at risk       {right} of {len(a['at_risk'])} numbers reproduced"


def _shown(value: float | None) -> str:
    return "NE" if value is None else f"{value:.4g}"
