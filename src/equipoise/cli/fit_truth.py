"""`equipoise fit-truth`: a truth that reproduces the published figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.simulation.fit.fit import Misfit


def command(
    file: Annotated[Path, typer.Argument(help="Protocol file with `report.published`.")],
    truth: Annotated[str, typer.Option(help="Truth to start from.")],
    seed: Annotated[int, typer.Option(min=0, help="Key of every random draw.")],
    look: Annotated[
        str | None, typer.Option(help="Look of the published figures; by default the report's.")
    ] = None,
    trials: Annotated[int, typer.Option(min=2, help="Virtual trials behind each step.")] = 40,
    check: Annotated[
        int, typer.Option(min=2, help="Virtual trials from which the misfit is stated.")
    ] = 400,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the YAML of the fitted truth.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON only.")] = False,
) -> None:
    """Move a truth's curves and rates until virtual trials give the published figures.

    States the misfit of each figure: in standard errors, and whether it lies in the central 95%.
    """
    import json

    from equipoise.cli.opened import opened
    from equipoise.protocol.read.resolve import write_text
    from equipoise.simulation.fit.fit import fit_truth

    protocol = opened(file)
    found = fit_truth(protocol, truth=truth, seed=seed, look=look, trials=trials, check=check)
    if output is not None:
        write_text(output, found.yaml)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1))
        return
    typer.echo(f"{found!r}  (virtual patients)")
    for misfit in found.misfits:
        typer.echo(_line(misfit))
    if output is None:
        typer.echo(found.yaml, nl=False)


def _line(m: Misfit) -> str:
    head = f"  {m.says:<45} {m.published:.4g}"
    if m.mean is None:
        return f"{head}  not fitted"
    errors = "" if m.errors is None else f"  {m.errors:+.1f} standard errors"
    return f"{head}  {m.mean:.4g} ({m.lower:.4g} to {m.upper:.4g}){errors}"
