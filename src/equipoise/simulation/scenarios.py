"""Virtual trials over a grid: what a design does where truths, effects, sizes or looks differ."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from equipoise.errors import expect
from equipoise.protocol import Protocol
from equipoise.simulation.operating.characteristics import Operating
from equipoise.simulation.operating.grid import Point
from equipoise.simulation.operating.points import points, simulate_points
from equipoise.simulation.operating.scenario_table import lines, table


class SimulatedScenarios(NamedTuple):
    """Scenarios of a protocol, each with its operating characteristics."""

    results: tuple[tuple[Point, Operating], ...]

    def frame(self) -> pl.DataFrame:
        """Every row of every scenario with its Monte Carlo error: what is varied, then the row."""
        found = pl.read_csv(io.StringIO(table(self.results)), infer_schema_length=None)
        return found.with_columns(pl.col(pl.String).fill_null(""))

    def __str__(self) -> str:
        return "\n".join(lines(self.results))


def scenarios(
    protocol: Protocol,
    *,
    trials: int,
    seed: int,
    named: Sequence[str] | None = None,
    truth: str | None = None,
    vary: Mapping[str, Sequence[object]] | None = None,
    workers: int | None = None,
) -> SimulatedScenarios:
    """Simulate the scenarios that a protocol names, or a grid of one's own.

    named : grids under `scenarios` of the protocol, all of them by default
    truth, vary : in their place, a grid over a truth: what is varied -> its values, as in
        `{"PFS.hazard ratio": [0.3, 0.5], "alpha": ["5%", "2.5%"]}`
    Raises   InputError for a name, axis or value that cannot be, or a design that cannot be
             simulated.
    Checked  tests/unit/simulation/test_scenarios.py (each equals `simulate` of that protocol).
    """
    expect(protocol, Protocol)
    is_own = truth is not None or bool(vary)
    axes = [f"{name}={','.join(map(str, values))}" for name, values in (vary or {}).items()]
    asked = points(
        protocol, truth=truth, named=None if is_own and named is None else named or (), vary=axes
    )
    return SimulatedScenarios(
        tuple(simulate_points(asked, trials=trials, seed=seed, workers=workers))
    )
