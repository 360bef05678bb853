"""What `equipoise reconstruct` prints for people."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def rebuilt_text(body: dict[str, Any], output: Path | None) -> str:
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
