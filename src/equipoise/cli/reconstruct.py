"""equipoise reconstruct: patient-level data from published survival curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from equipoise.cli.rebuilt_words import rebuilt_text

FIGURES = (".svg", ".pdf", ".png")


def command(
    curve: Annotated[
        Path | None, typer.Argument(help="Table with columns time, survival and arm.")
    ] = None,
    at_risk: Annotated[
        Path | None, typer.Option(help="Table with columns time, at_risk and arm.")
    ] = None,
    censored: Annotated[
        Path | None,
        typer.Option(help="Table of censoring marks: time, arm; else those of the figure."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(help="A vector figure in place of the table of curves.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option(help="The same as PDF; a page with one figure.")
    ] = None,
    arms: Annotated[
        str | None, typer.Option(help="Names of the figure's curves, A,B; else its legend's.")
    ] = None,
    x_axis: Annotated[
        str | None, typer.Option(help="Values at the time axis' first and last mark, as in 0,36.")
    ] = None,
    y_axis: Annotated[str | None, typer.Option(help="The same of the survival axis: 0,1.")] = None,
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
    incidence: Annotated[
        bool, typer.Option("--incidence", help="The curve shows 1 - S, rising from 0.")
    ] = False,
    method: Annotated[
        str, typer.Option(help="likely: whole numbers that fit best; guyot: Guyot et al. 2012.")
    ] = "likely",
    precision: Annotated[
        float | None,
        typer.Option(help="Standard deviation of survival as read; estimated by default."),
    ] = None,
    hazard_ratio: Annotated[
        list[str] | None,
        typer.Option(help="Published hazard ratio: 0.7, or by arm; printed beside, not used."),
    ] = None,
    p: Annotated[list[str] | None, typer.Option(help="Published P of the log-rank test.")] = None,
    median: Annotated[list[str] | None, typer.Option(help="Published medians, A=12,B=18.")] = None,
    constrain: Annotated[
        bool, typer.Option("--constrain", help="Use hazard ratio, P and medians: what fits them.")
    ] = False,
    assume: Annotated[
        str | None, typer.Option(help="Print this arm as lines of `assume`; ARM or ARM=KEY.")
    ] = None,
    truth: Annotated[
        str | None, typer.Option(help="Print this arm as lines of a truth; ARM or ARM=KEY.")
    ] = None,
    endpoint: Annotated[str, typer.Option(help="Endpoint of --assume.")] = "PFS",
    unit: Annotated[str, typer.Option(help="Unit of the publication's times.")] = "months",
    scans: Annotated[
        str | None,
        typer.Option(help="With --truth: progression was read at scans this often, as 8 weeks."),
    ] = None,
    pool: Annotated[
        list[Path] | None, typer.Option(help="With --assume: other trials' arms, as -o writes.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Analyze again: RMST, max-combo, survival --at.")
    ] = False,
    at: Annotated[float | None, typer.Option(help="Time for --again.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV that gets time, event and arm.")
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(help="SVG that gets the curves as read over the rebuilt ones; CSV beside it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON only.")] = False,
) -> None:
    """Rebuild patient-level times from published survival curves and numbers at risk.

    Prints how well the rebuilt data reproduce what was published. The column arm is needed only
    where there are several arms; then both tables have it.
    """
    from equipoise.evidence.reconstruct import reconstruct

    found = reconstruct(
        **_tables(curve, at_risk, censored, svg or pdf, arms, x_axis, y_axis),
        events=_by_arm("--events", events, int),
        control=control,
        reading=reading,
        percent=percent,
        incidence=incidence,
        method=method,
        precision=precision,
        **_beside(hazard_ratio, p, median),
        constrain=constrain,
    )
    _write(found, output, figure, unit)
    if assume is not None or truth is not None:
        name = (svg or pdf or curve or Path("a publication")).name
        lines = _lines(found, assume, truth, endpoint, unit, scans, pool, name)
        typer.echo(json.dumps({"yaml": lines}, indent=1) if as_json else lines, nl=as_json)
        return
    body = found.to_dict() | ({"again": _again(found, at)} if again else {})
    text = json.dumps(body, indent=1, allow_nan=False) if as_json else rebuilt_text(body, output)
    typer.echo(text)


def _beside(
    hazard_ratio: list[str] | None, p: list[str] | None, median: list[str] | None
) -> dict[str, Any]:
    """Published figures that are only held against the rebuilt ones."""
    return {
        "hazard_ratio": _by_arm("--hazard-ratio", hazard_ratio, float),
        "p": _by_arm("--p", p, float),
        "median": _by_arm("--median", median, float),
    }


def _lines(
    found: Any,
    assume: str | None,
    truth: str | None,
    endpoint: str,
    unit: str,
    scans: str | None,
    pool: list[Path] | None,
    source: str,
) -> str:
    """An arm as lines of a protocol."""
    from equipoise.errors import InputError
    from equipoise.evidence.into_plan import Wanted, assumption_lines, truth_lines
    from equipoise.evidence.pooled import read_patients

    if assume is not None and truth is not None:
        raise InputError("--assume and --truth: expected one of the two")
    arm, _, key = (assume or truth or "").partition("=")
    wanted = Wanted(arm, key or arm, unit, source)
    if assume is not None:
        others = [read_patients(path, arm) for path in pool or ()]
        return assumption_lines(found, wanted, endpoint=endpoint, others=others)
    return truth_lines(found, wanted, of="progression" if scans else "death", every=scans)


def _write(found: Any, output: Path | None, figure: Path | None, unit: str) -> None:
    """The files that were asked for."""
    from equipoise.reporting.write import write_text

    if figure is not None:
        _draw(found, figure, unit)
    if output is not None:
        write_text(output, found.to_csv())


def _draw(found: Any, path: Path, unit: str) -> None:
    """The curves as read over those rebuilt. Raises InputError for another format."""
    from equipoise.errors import InputError
    from equipoise.reporting.plots.rebuilt import RereadCurve, reread_plot

    if path.suffix.lower() not in FIGURES:
        raise InputError(f"--figure: {path.name} found; expected {', '.join(FIGURES)}")
    curves = [RereadCurve(a.arm, a.largest, *a.read, *a.patients) for a in found.arms]
    made = reread_plot(curves, key=path.stem, unit=unit.capitalize())
    made.save(path.parent, to=path.suffix[1:].lower())


def _again(found: Any, at: float | None) -> list[dict[str, Any]]:
    from equipoise.evidence.reanalysis import reanalyzed

    return [
        {"arm": each.arm} | row._asdict()
        for arm, each in zip(found.arms[1:], found.contrasts, strict=True)
        for row in reanalyzed(found.arms[0], arm, each, found.beside, at=at)
    ]


def _tables(
    curve: Path | None,
    at_risk: Path | None,
    censored: Path | None,
    figure: Path | None,
    arms: str | None,
    x_axis: str | None,
    y_axis: str | None,
) -> dict[str, Any]:
    """Curves, numbers at risk and marks, from tables or a figure. Raises InputError without."""
    from equipoise.errors import InputError
    from equipoise.evidence.figures.read import read_figure

    if (curve is None) == (figure is None):
        raise InputError("expected a table of curves, or --svg or --pdf")
    if figure is None:
        found: Any = (curve, None, None)
    else:
        names = [name.strip() for name in (arms or "").split(",") if name.strip()]
        ends = [_ends(*axis) for axis in (("--x-axis", x_axis), ("--y-axis", y_axis))]
        found = read_figure(figure, arms=names, x_axis=ends[0], y_axis=ends[1])
    if at_risk is None and found[1] is None:
        raise InputError("numbers at risk: none in the figure; expected --at-risk")
    return {
        "curve": found[0],
        "at_risk": found[1] if at_risk is None else at_risk,
        "censored": found[2] if censored is None else censored,
    }


def _ends(option: str, given: str | None) -> tuple[float, float] | None:
    from equipoise.errors import InputError

    if given is None:
        return None
    try:
        first, last = (float(part) for part in given.split(","))
    except ValueError:
        raise InputError(f"{option}: {given} found; expected two numbers, as in 0,36") from None
    return first, last


_Number = TypeVar("_Number", int, float)


def _by_arm(
    option: str, given: list[str] | None, number: type[_Number]
) -> dict[str, _Number] | _Number | None:
    """An option's number, or numbers by arm. Raises InputError for anything else."""
    from equipoise.errors import InputError

    parts = [part.strip() for text in given or () for part in text.split(",") if part.strip()]
    if not parts:
        return None
    try:
        if len(parts) == 1 and "=" not in parts[0]:
            return number(parts[0])
        pairs = [part.rsplit("=", 1) for part in parts]
        return {arm.strip(): number(value) for arm, value in pairs}
    except ValueError:
        told = ", ".join(parts)
        raise InputError(f"{option}: {told} found; expected 74, or A=64,B=60") from None
