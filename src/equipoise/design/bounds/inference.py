"""Inference that allows for the looks: repeated intervals, stage-wise P value and estimate.

On the drift scale: drift is the expectation of Z at information 1. An effect with standard error
se at information 1 is drift * se; for a hazard ratio see `scales.py`. Every function uses the
information in the bounds it is given, planned or actual, and the caller says which.

Source   Jennison & Turnbull 2000, sections 8.2 to 8.5 and 9.2; Liu & Anderson 2008.
Checked  tests/oracle/design (independent quadrature, rpact, lrstat, gsDesign sequentialPValue).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, sqrt
from typing import NamedTuple

from equipoise.design.bounds.boundaries import efficacy_bounds
from equipoise.design.bounds.model import Bounds, exits
from equipoise.errors import InputError
from equipoise.roots import root

SMALLEST_P, LARGEST_P = 1e-12, 0.4999


class DriftInterval(NamedTuple):
    """Limits on the drift scale; None where there is no limit."""

    lower: float | None
    upper: float | None


class StagewiseResult(NamedTuple):
    """Stage-wise ordered inference at the look where the trial stopped, on the drift scale.

    p : one-sided; interval : two-sided with confidence 1 - 2 * one-sided alpha
    """

    p: float
    estimate: float
    interval: DriftInterval


def repeated_interval(bounds: Bounds, *, look: int, z: float) -> DriftInterval:
    """Interval for the drift whose coverage holds whichever looks are taken."""
    critical = bounds.upper[look - 1]
    if critical is None:
        return DriftInterval(None, None)
    root = sqrt(bounds.information[look - 1])
    return DriftInterval((z - critical) / root, (z + critical) / root)


def repeated_p(bounds: Bounds, *, look: int, z: float) -> float | None:
    """The alpha at which the bound at this look would be just crossed; None if not tested.

    Above 0.4999 (per side) it is reported as 0.5, below 1e-12 as 1e-12.
    """
    if bounds.upper[look - 1] is None:
        return None

    def short(p: float) -> float:
        critical = efficacy_bounds(bounds, alpha=p * bounds.sides, upto=look)[-1]
        return (inf if critical is None else critical) - z

    if short(LARGEST_P) >= 0.0:
        return 0.5 * bounds.sides
    if short(SMALLEST_P) <= 0.0:
        return SMALLEST_P * bounds.sides
    return bounds.sides * root(short, SMALLEST_P, LARGEST_P, xtol=1e-13)


def sequential_p(bounds: Bounds, z: Sequence[float]) -> float:
    """The least repeated P value of the looks so far: the P value for a graph of hypotheses."""
    return least_p(repeated_p(bounds, look=k + 1, z=value) for k, value in enumerate(z))


def least_p(found: Iterable[float | None]) -> float:
    """The least of repeated P values; 1 where no look was tested."""
    return min((p for p in found if p is not None), default=1.0)


def stagewise_p(bounds: Bounds, *, look: int, z: float, drift: float = 0.0) -> float:
    """Probability of a result at least as extreme in the stage-wise ordering.

    A stop above at an earlier look is more extreme than any result at this one. A non-binding
    futility bound is not counted on.
    """
    n = look
    heed = bounds.binding or bounds.sides == 2
    lower = [*(bounds.lower[: n - 1] if heed else [None] * (n - 1)), None]
    upper = [*bounds.upper[: n - 1], z]
    return float(exits(bounds.information[:n], lower, upper, drift)[0].sum())


def stagewise(bounds: Bounds, *, look: int, z: float) -> StagewiseResult:
    """P value, median-unbiased estimate and interval when the trial stopped at `look` with `z`.

    Raises   InputError if the look is not one of the design's.
    """
    if not 1 <= look <= len(bounds.information):
        raise InputError(f"look {look}: the design has looks 1 to {len(bounds.information)}")

    def drift_at(level: float) -> float:
        centre = z / sqrt(bounds.information[look - 1])
        reach = 12.0 / sqrt(bounds.information[0])
        return float(
            root(
                lambda d: stagewise_p(bounds, look=look, z=z, drift=d) - level,
                centre - reach,
                centre + reach,
                xtol=1e-12,
            )
        )

    tail = bounds.alpha / bounds.sides
    return StagewiseResult(
        p=stagewise_p(bounds, look=look, z=z),
        estimate=drift_at(0.5),
        interval=DriftInterval(drift_at(tail), drift_at(1.0 - tail)),
    )
