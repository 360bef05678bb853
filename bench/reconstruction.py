"""Published curves back to patients: how far the hazard ratio is off, on trials that are known.

    python -m bench.reconstruction [trials]      300 by default

Each trial of the set (tests/support/printed_trials.py) is printed and read in several ways; the
rebuilt hazard ratio is held against that of the trial's own patients: median, 95th percentile and
worst of |error of log HR|, under Guyot's algorithm and under the most likely subjects, with seconds
of processor time an arm of the latter. Then: how often the limits given for the figure alone cover
the trial's own hazard ratio, and whether notes tell errors above 0.05 from the others.
"""

from __future__ import annotations

import sys
import time as clock
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from equipoise.analysis.survival import hazard_ratio
from equipoise.evidence.contrast import OFF
from equipoise.evidence.reconstruct import Reconstruction, reconstruct
from support import printed_trials as printed

TRIALS = 300
SAME = 1e-9
UNKNOWN = "censoring is unknown"


class Input(NamedTuple):
    """One way of printing and reading a trial."""

    name: str
    arms: Any
    curve: Any
    at_risk: Any
    events: Any
    censored: Any = None


class Outcome(NamedTuple):
    """One trial read in one way; `off` and `before` are errors of the log hazard ratio."""

    off: float
    before: float
    seconds: float
    covered: bool
    told: bool
    noted: bool
    exact: int


def inputs(number: int) -> Iterator[Input]:
    """The rows of the table for one trial."""
    arms = printed.trial(number)
    own = printed.redrawn(arms[0], 2 * number), printed.redrawn(arms[1], 2 * number + 1)
    risk, total = printed.at_risk(arms), printed.totals(arms)
    first = printed.only_at_zero(risk)
    steps, clicks = printed.every_step(arms), printed.clicked(arms, 100, 0.003, number)
    rough = printed.clicked(arms, 40, 0.01, number)
    yield Input("every step, numbers at risk", arms, steps, risk, None)
    yield Input("the same, own draws", own, printed.every_step(own), printed.at_risk(own), None)
    yield Input("100 clicks, 0.3% noise", arms, clicks, risk, None)
    yield Input("40 clicks, 1% noise, events", arms, rough, risk, total)
    yield Input("steps, only events", arms, steps, first, total)
    yield Input("100 clicks, only events", arms, clicks, first, total)
    yield Input("steps, nothing", arms, steps, first, None)
    yield Input("100 clicks, nothing", arms, clicks, first, None)
    marks = printed.censored(arms)
    yield Input("steps and marks, nothing", arms, steps, first, None, marks)
    yield Input("exact steps", arms, printed.every_step(arms, None), risk, None)
    yield Input("exact steps and marks", arms, printed.every_step(arms, None), first, None, marks)


def outcome(given: Input) -> Outcome:
    """One reading, by both methods."""
    true = log_ratio(*given.arms)
    start = clock.thread_time()
    tables = {"at_risk": given.at_risk, "events": given.events}
    found = reconstruct(given.curve, **tables, censored=given.censored)
    seconds = (clock.thread_time() - start) / 2
    old = reconstruct(given.curve, **tables, method="guyot")
    contrast = found.contrasts[0]
    low, high = contrast.read_limits or (0.0, np.inf)
    return Outcome(
        _log(found) - true,
        _log(old) - true,
        seconds,
        bool(low * (1 - SAME) <= np.exp(true) <= high * (1 + SAME)),
        bool(contrast.notes),
        any(UNKNOWN not in note for note in found.notes),
        sum(exact(a.patients, b) for a, b in zip(found.arms, given.arms, strict=True)),
    )


def log_ratio(control: Any, other: Any) -> float:
    """The log hazard ratio of two arms."""
    time = np.concatenate([control.time, other.time])
    event = np.concatenate([control.event, other.event])
    arm = np.repeat([0, 1], [len(control.time), len(other.time)])
    return float(np.log(hazard_ratio(time, event, arm).hr[0]))


def _log(found: Reconstruction) -> float:
    cox = found.contrasts[0].cox
    return np.nan if cox is None else float(np.log(cox.hr[0]))


def exact(rebuilt: Any, own: Any) -> bool:
    """Whether each step has as many events as it had."""
    pairs = [np.unique(np.round(x.time[x.event], 6), return_counts=True) for x in (rebuilt, own)]
    return all(np.array_equal(a, b) for a, b in zip(*pairs, strict=True))


def run(trials: int) -> dict[str, list[Outcome]]:
    """Every trial in every way."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for number in range(trials):
        for given in inputs(number):
            found[given.name].append(outcome(given))
    return found


def three(off: np.ndarray) -> str:
    """Median, 95th percentile and worst."""
    size = np.abs(off[np.isfinite(off)])
    return f"{np.median(size):.4f} {np.quantile(size, 0.95):.4f} {size.max():.3f}"


def table(found: dict[str, list[Outcome]]) -> str:
    """A row for each way of reading."""
    lines = [f"{'input':<30}{'Guyot':>22}{'now':>22}{'s an arm':>22}{'covered':>9}"]
    for name, rows in found.items():
        now, before = np.array([r.off for r in rows]), np.array([r.before for r in rows])
        seconds = three(np.array([r.seconds for r in rows]))
        covered = np.mean([r.covered for r in rows])
        lines.append(f"{name:<30}{three(before):>22}{three(now):>22}{seconds:>22}{covered:>9.0%}")
    for name in ("exact steps", "exact steps and marks"):
        right, arms = sum(row.exact for row in found[name]), 2 * len(found[name])
        lines.append(f"{name}: events right at every step in {right} of {arms} arms")
    return "\n".join(lines)


def notes(found: dict[str, list[Outcome]]) -> str:
    """How many errors above OFF are told, and how many others marked."""
    rows = [row for outcomes in found.values() for row in outcomes]
    off = np.abs([row.off for row in rows]) > OFF
    lines = []
    for name, told in (
        ("that the figure leaves the ratio open", np.array([row.told for row in rows])),
        ("any but that censoring is unknown", np.array([row.noted for row in rows])),
    ):
        caught, marked = told[off].mean(), told[~off].mean()
        lines.append(f"note {name}: {caught:.0%} of {off.sum()} errors, {marked:.0%} of the others")
    return "\n".join(lines)


def main(trials: int | None = None) -> None:
    """Print the table and what the notes catch."""
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    trials = trials or (given[0] if given else TRIALS)
    print(f"{trials} trials; |error of log HR|: median, 95th percentile, worst")
    found = run(trials)
    print(table(found))
    print(notes(found))


if __name__ == "__main__":
    main()
