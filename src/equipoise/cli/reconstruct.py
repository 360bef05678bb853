"""equipoise reconstruct: patient-level data from published survival curves."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer


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
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON only.")] = False,
) -> None:
    """Rebuild patient-level times from published survival curves and numbers at risk.

    Prints how well the rebuilt data reproduce what was published. The column arm is needed only
    where there are several arms; then both tables have it.
    """
    import json

    from equipoise.evidence.reconstruct import reconstruct
    from equipoise.reporting.write import write_text

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
    if output is not None:
        write_text(output, found.to_csv())
    if assume is not None or truth is not None:
        name = (svg or pdf or curve or Path("a publication")).name
        lines = _lines(found, assume, truth, endpoint, unit, scans, pool, name)
        typer.echo(json.dumps({"yaml": lines}, indent=1) if as_json else lines, nl=as_json)
        return
    body = found.to_dict() | ({"again": _again(found, at)} if again else {})
    typer.echo(json.dumps(body, indent=1, allow_nan=False) if as_json else _text(body, output))


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


def _text(body: dict[str, Any], output: Path | None) -> str:
    """The checks for people, and the command that goes on from what was written."""
    beside = body["published"]
    lines = [line for arm in body["arms"] for line in _arm(arm, beside["median"])]
    for c in body["comparisons"]:
        limits = f"(95% CI {_shown(c['lower'])} to {_shown(c['upper'])})"
        ratio = f"hazard ratio {_shown(c['hazard_ratio'])} {limits}"
        ratio += _published(beside["hazard_ratio"].get(c["arm"]))
        test = f"log-rank P {_shown(c['logrank_p'])}{_published(beside['p'].get(c['arm']))}"
        lines.append(f"{c['arm']} against {c['control']}: {ratio}, {test}")
        if c["reading_limits"]:
            low, high = c["reading_limits"]
            lines.append(f"  the figure    leaves the ratio between {low:.4g} and {high:.4g}")
    if body["constrained"]:
        lines.append("of all that fit, those closest to what was published")
    lines += [_row(row) for row in body.get("again", ())]
    onward = [] if output is None else [_next(output, body)]
    return "\n".join([*lines, *(f"note: {note}" for note in body["notes"]), *onward])


def _arm(a: dict[str, Any], medians: dict[str, float]) -> Iterator[str]:
    right = sum(row["published"] == row["found"] for row in a["at_risk"])
    head = f"{a['arm']}: " if a["arm"] else ""
    drawn = a["events_drawn"]
    range_ = f", {drawn[0]} to {drawn[1]} fit" if drawn and drawn[0] != drawn[1] else ""
    events = f"{a['events']} events{_published(a['events_published'])}{range_}"
    marks = "" if a["marks"] is None else f", {a['marks']} censoring marks used"
    yield f"{head}{a['n']} subjects, {events}{marks}"
    gaps = f"RMSE {a['rmse']:.4f}, largest gap {a['largest']:.4f}"
    error = "" if a["error"] is None else f", error of reading {a['error']:.2g}"
    yield f"  curve         {gaps}, read as {a['reading']}{error}"
    median = f"{_shown(a['median'])}, on the curve {_shown(a['median_read'])}"
    yield f"  median        {median}{_published(medians.get(a['arm'] or ''))}"
    yield f"  at risk       {right} of {len(a['at_risk'])} numbers reproduced"


def _row(row: dict[str, Any]) -> str:
    """One figure analyzed again."""
    if row["value"] is None:
        return f"  {row['name']:<28}{row['why']}"
    limits = "" if row["lower"] is None else f" ({row['lower']:.4g} to {row['upper']:.4g})"
    told = _published(row["published"])
    return f"  {row['name']:<28}{row['value']:.4g}{limits}{told}"


def _next(output: Path, body: dict[str, Any]) -> str:
    """The command that compares the arms as here; by itself `survival` takes the first by name."""
    arms = body["comparisons"]
    told = f"equipoise survival {output} --time time --event event"
    return (
        f"{told} --arm arm --control {shlex.quote(arms[0]['control'])}"
        if arms
        else f"wrote {output}"
    )


def _published(value: float | None) -> str:
    return "" if value is None else f" ({value:.4g} published)"


def _shown(value: float | None) -> str:
    return "NE" if value is None else f"{value:.4g}"
