"""Operating characteristics as rows, each with its Monte Carlo error."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.kernels.trials.batch import RMST, SCORE
from equipoise.notebook import card
from equipoise.simulation.kernel.decisions import BENEFIT, FUTILE, HARM, NOT_SHOWN
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario
from equipoise.simulation.kernel.tally import CELLS, Tally, middles, per_unit, scale
from equipoise.simulation.operating.moments import (
    deviation_error,
    mean,
    quantile,
    share,
    square_error,
    within,
)

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
STOPS = {BENEFIT: "stop for benefit", HARM: "stop for harm", FUTILE: "stop for futility"}


@dataclass(frozen=True, slots=True)
class OperatingRow:
    """One number of a simulation: whose it is, what it is, and its Monte Carlo standard error."""

    hypothesis: str
    look: str
    statistic: str
    value: float | None
    error: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        value = "not estimable" if self.value is None else f"{self.value:.6g}"
        error = "" if self.error is None else f" +- {self.error:.2g}"
        where = ", ".join(part for part in (self.hypothesis, self.look) if part)
        return f"{where}: {self.statistic} {value}{error} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Operating:
    """What many virtual trials say about a design under one truth.

    beyond_arrays : why every trial went patient by patient; nothing where arrays sufficed
    """

    scenario: str
    scenario_digest: str
    trials: int
    seed: int
    rows: tuple[OperatingRow, ...]
    beyond_arrays: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        rows = [(r.statistic, r.hypothesis, r.look, r.value, r.error, r.unit) for r in self.rows]
        head = f"{self.scenario}: {self.trials:,} trials, seed {self.seed} (virtual patients)"
        heads = ("statistic", "hypothesis", "look", "value", "Monte Carlo error", "unit")
        return card(head, heads, rows)

    def value(self, statistic: str, *, hypothesis: str = "", look: str = "") -> OperatingRow:
        """The one row of this name. Raises KeyError if there is none."""
        for row in self.rows:
            if (row.statistic, row.hypothesis, row.look) == (statistic, hypothesis, look):
                return row
        raise KeyError((statistic, hypothesis, look))

    @property
    def digest(self) -> str:
        """SHA-256 of the results; equal runs have equal digests."""
        text = json.dumps(self._body(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        return {**self._body(), "digest": self.digest}

    def _body(self) -> dict[str, Any]:
        why = {"beyond_arrays": list(self.beyond_arrays)} if self.beyond_arrays else {}
        return {
            "scenario": self.scenario,
            "scenario_digest": self.scenario_digest,
            "trials": self.trials,
            "seed": self.seed,
            **why,
            "rows": [
                {name: getattr(r, name) for name in OperatingRow.__slots__} for r in self.rows
            ],
        }

    def __repr__(self) -> str:
        found = [r for r in self.rows if r.statistic == "power" and not r.look]
        power = ", ".join(f"{r.hypothesis} {r.value:.4f} +- {r.error:.4f}" for r in found)
        return f"Operating  {self.scenario}: {self.trials:,} trials, power {power}"


def operating(scenario: Scenario, tally: Tally, *, seed: int) -> Operating:
    """All rows of a tally: looks, then each hypothesis with its readings."""
    trials = int(tally.trials[0])
    rows: list[OperatingRow] = []
    for look, name in enumerate(scenario.look_names):
        rows += _look(name, tally, look, trials)
    for h, hypothesis in enumerate(scenario.hypotheses):
        rows += _hypothesis(hypothesis, scenario, tally, h, trials)
        for k, r in enumerate(hypothesis.readings):
            look_name = scenario.look_names[scenario.readings.look[r]]
            rows += _reading(hypothesis.name, look_name, scenario, tally, r, trials)
            rows += _stops(hypothesis.name, look_name, tally.outcome[h, k], trials)
    return Operating(scenario.name, scenario.digest, trials, seed, tuple(rows))


def _known(x: float) -> float | None:
    return x if math.isfinite(x) else None


def _look(name: str, tally: Tally, look: int, trials: int) -> Iterator[OperatingRow]:
    days = tally.look_day[look]
    at = np.arange(len(days), dtype=np.int64)
    total, squares = int((at * days).sum()), int((at * at * days).sum())
    m, error, sd = mean(total, squares, trials)
    yield OperatingRow("", name, "day", m, _known(error), "days")
    yield _deviation("", name, "day", sd, days, at.astype(np.float64), "days")
    for q in QUANTILES:
        found, half = quantile(days, q)
        yield OperatingRow("", name, f"day, {100 * q:g}%", float(found), half, "days")
    m, error, _ = mean(int(tally.look_subjects[look, 0]), int(tally.look_subjects[look, 1]), trials)
    yield OperatingRow("", name, "subjects entered", m, _known(error), "subjects")


def _deviation(
    hypothesis: str, look: str, what: str, sd: float, counts: Ints, at: Floats, unit: str
) -> OperatingRow:
    error = _known(deviation_error(counts, at))
    return OperatingRow(hypothesis, look, f"{what}, standard deviation", _known(sd), error, unit)


def _hypothesis(
    hypothesis: NullHypothesis, scenario: Scenario, tally: Tally, h: int, trials: int
) -> Iterator[OperatingRow]:
    name, outcome = hypothesis.name, tally.outcome[h].sum(axis=0)
    yield OperatingRow(name, "", "power", *share(int(outcome[BENEFIT]), trials))
    rejected = int(outcome[BENEFIT] + outcome[HARM])
    yield OperatingRow(name, "", "rejected", *share(rejected, trials))
    yield OperatingRow(name, "", "stopped for futility", *share(int(outcome[FUTILE]), trials))
    yield OperatingRow(name, "", "not shown", *share(int(outcome[NOT_SHOWN]), trials))
    if scenario.promise is not None and h == scenario.promise.hypothesis:
        yield OperatingRow(name, "", "events added", *share(int(tally.added[h]), trials))
    counted = "subjects" if scenario.readings.method[hypothesis.readings[0]] >= SCORE else "events"
    parts = ((f"expected {counted}", counted), ("expected subjects", "subjects"))
    for k, (what, unit) in enumerate((*parts, ("expected duration", "days"))):
        m, error, _ = mean(int(tally.at_stop[h, 2 * k]), int(tally.at_stop[h, 2 * k + 1]), trials)
        if k == 0 and counted == "subjects":
            continue
        yield OperatingRow(name, "", what, m, _known(error), unit)


def _stops(name: str, look: str, outcome: Ints, trials: int) -> Iterator[OperatingRow]:
    for code, what in STOPS.items():
        yield OperatingRow(name, look, what, *share(int(outcome[code]), trials))


def _reading(
    name: str, look: str, scenario: Scenario, tally: Tally, r: int, trials: int
) -> Iterator[OperatingRow]:
    for k, arm in enumerate(("control", "experimental")):
        m, error, _ = mean(int(tally.events[r, 2 * k]), int(tally.events[r, 2 * k + 1]), trials)
        yield OperatingRow(name, look, f"events, {arm}", m, _known(error), "events")
    n = int(tally.estimable[r])
    yield OperatingRow(name, look, "estimable", *share(n, trials))
    if n < 2:
        return
    method = int(scenario.readings.method[r])
    per = scale(method)
    total, squares, off = (int(x) for x in tally.estimate[r])
    m, error, sd = mean(total, squares, n, per)
    unit = {RMST: "days"}.get(method, "difference" if method >= SCORE else "log hazard ratio")
    yield OperatingRow(name, look, "estimate", m, _known(error), unit)
    counts, at = tally.estimate_cell[r], middles(method)
    yield _deviation(name, look, "estimate", sd, counts, at, unit)
    yield from _estimate_quantiles(name, look, counts, method, unit)
    truth = scenario.truth[r] if scenario.truth else None
    if truth is not None:
        yield OperatingRow(name, look, "bias", m - truth, _known(error), unit)
        error = square_error(counts, at, truth)
        yield OperatingRow(
            name, look, "mean squared error", off / per / n, _known(error), unit + " squared"
        )
        yield OperatingRow(
            name, look, "coverage of the 95% interval", *share(int(tally.covered[r]), n)
        )


def _estimate_quantiles(
    name: str, look: str, counts: Ints, method: int, unit: str
) -> Iterator[OperatingRow]:
    for q in QUANTILES:
        _, error = quantile(counts, q)
        value = (within(counts, q) - CELLS // 2) / per_unit(method)
        yield OperatingRow(
            name, look, f"estimate, {100 * q:g}%", value, error / per_unit(method), unit
        )
