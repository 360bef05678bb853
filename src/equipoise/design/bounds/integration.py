"""Recursive integration of a group-sequential design: grid, first step, next step.

Z_k is the statistic at look k, I_k its information. The scores Z_k sqrt(I_k) have independent
increments with variance I_k - I_{k-1}, so the sub-density of (Z_k, not stopped before k) follows
from the one at k - 1 by one integral over the continuation region.

Jennison & Turnbull integrate by Simpson's rule on a grid that thins out in the tails. The integrand
is analytic inside the continuation region, so Gauss-Legendre panels reach 1e-12 with a tenth of
the points; the plain twin keeps the book's own grid.

Source   Jennison & Turnbull 2000, chapter 19 (sections 19.2 and 19.3).
Checked  tests/twins/test_boundaries_twin.py; tests/oracle/design (independent quadrature, R).
"""

from __future__ import annotations

from math import ceil, inf, log, sqrt
from typing import NamedTuple

import numpy as np
from scipy import special

from equipoise.arrays import Floats

TAIL = 8.5  # standard deviations kept each side of the mean; what lies beyond is below 1e-16
PANEL = 5.0  # width of a Gauss panel in standard deviations of the integrand
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(18)
INVERSE_ROOT_TWO_PI = 0.3989422804014327


class Canonical(NamedTuple):
    """The canonical joint distribution of Z at k looks (Jennison & Turnbull, section 3.1).

    information : (k,) float64, increasing
    mean : (k,) float64, expectation of Z at each look
    """

    information: Floats
    mean: Floats


class Mass(NamedTuple):
    """The sub-distribution of Z among trials that go on, as weighted points.

    z : (m,) float64 points; mass : (m,) float64 probability carried by each
    information, mean : of the look the points belong to
    """

    z: Floats
    mass: Floats
    information: float
    mean: float


def start() -> Mass:
    """Before any look: all mass at score 0."""
    return Mass(np.zeros(1), np.ones(1), 0.0, 0.0)


def grid(lower: float, upper: float, mean: float, width: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre points and weights on a continuation region, in panels of `width` or less."""
    low, high = max(lower, mean - TAIL), min(upper, mean + TAIL)
    if high <= low:
        return np.empty(0), np.empty(0)
    panels = ceil((high - low) / width)
    half = 0.5 * (high - low) / panels
    middles = low + (2 * np.arange(panels) + 1) * half
    return (middles[:, None] + half * _NODES).ravel(), np.tile(half * _WEIGHTS, panels)


def first_step(z: Floats, w: Floats, mean: float) -> Floats:
    """Mass at the points of the first look: the normal density times the weight."""
    mass: Floats = w * INVERSE_ROOT_TWO_PI * np.exp(-0.5 * (z - mean) ** 2)
    return mass


def next_step(z: Floats, w: Floats, information: float, mean: float, before: Mass) -> Floats:
    """Mass at the points of a later look, from the mass at the look before."""
    root, root_before = sqrt(information), sqrt(before.information)
    spread = sqrt(information - before.information)
    shift = mean * root - before.mean * root_before
    u = (z[:, None] * root - before.z * root_before - shift) / spread
    mass: Floats = (np.exp(-0.5 * u * u) @ before.mass) * w * INVERSE_ROOT_TWO_PI * root / spread
    return mass


def step(looks: Canonical, k: int, lower: float, upper: float, before: Mass) -> Mass:
    """Mass that goes on past look k when the trial continues between `lower` and `upper`."""
    information, mean = looks.information[k], looks.mean[k]
    ahead = looks.information[min(k + 1, looks.information.size - 1)]
    ratio = (ahead - information) / information
    width = PANEL * sqrt(ratio / (1.0 + ratio)) if ratio > 0.0 else PANEL
    z, w = grid(lower, upper, mean, width)
    mass = first_step(z, w, mean) if k == 0 else next_step(z, w, information, mean, before)
    return Mass(z, mass, information, mean)


def crossing(
    looks: Canonical, k: int, bound: float, side: float, before: Mass
) -> tuple[float, float]:
    """Probability that Z_k lies beyond `bound` (side 1 above, -1 below), and its density there."""
    root, root_before = sqrt(looks.information[k]), sqrt(before.information)
    spread = sqrt(looks.information[k] - before.information)
    shift = looks.mean[k] * root - before.mean * root_before
    u = (bound * root - before.z * root_before - shift) / spread
    total = float(before.mass @ special.ndtr(-side * u))
    density = float(before.mass @ np.exp(-0.5 * u * u))
    return total, density * INVERSE_ROOT_TWO_PI * root / spread


def bound_for(looks: Canonical, k: int, target: float, side: float, before: Mass) -> float:
    """The bound at look k that is crossed with probability `target`; infinite if target is 0."""
    if target <= 0.0:
        return side * inf
    mean = float(looks.mean[k])
    low, high, bound = mean - 40.0, mean + 40.0, mean + 2.0 * side
    for _ in range(200):
        total, density = crossing(looks, k, bound, side, before)
        if side * (total - target) > 0.0:
            low = bound
        else:
            high = bound
        following = 0.5 * (low + high)
        if total > 0.0 and density > 0.0:
            newton = bound + side * log(total / target) * total / density
            if low < newton < high:
                following = newton
        settled = abs(following - bound) < 1e-14 * max(1.0, abs(bound))
        bound = following
        if settled:
            break
    return bound


def exits(looks: Canonical, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Probabilities of leaving through the upper and the lower bound first at each look.

    lower, upper : (k,) float64, infinite where there is no bound
    """
    n = looks.information.size
    above, below = np.zeros(n), np.zeros(n)
    going = start()
    for k in range(n):
        if upper[k] < inf:
            above[k] = crossing(looks, k, upper[k], 1.0, going)[0]
        if lower[k] > -inf:
            below[k] = crossing(looks, k, lower[k], -1.0, going)[0]
        if k + 1 < n:
            going = step(looks, k, lower[k], upper[k], going)
    return above, below


def spend_above(null: Canonical, alpha: Floats, symmetric: bool) -> Floats:
    """Upper bounds that spend alpha[k] at look k, each look continuing below its bound.

    alpha : (k,) float64; symmetric : True if the trial also stops below minus the bound
    """
    upper = np.full(alpha.size, inf)
    going = start()
    for k in range(alpha.size):
        upper[k] = bound_for(null, k, alpha[k], 1.0, going)
        if k + 1 < alpha.size:
            going = step(null, k, -upper[k] if symmetric else -inf, upper[k], going)
    return upper


def spend_below(drifted: Canonical, upper: Floats, beta: Floats) -> tuple[Floats, float]:
    """Lower bounds that spend beta[k] at look k below given upper bounds.

    Returns  lower, and by how much the error at the last look (below its upper bound) passes beta
    """
    n = beta.size
    lower = np.full(n, -inf)
    excess = 0.0
    going = start()
    for k in range(n):
        lower[k] = min(bound_for(drifted, k, beta[k], -1.0, going), upper[k])
        if k + 1 < n:
            going = step(drifted, k, lower[k], upper[k], going)
        else:
            excess = crossing(drifted, k, upper[k], -1.0, going)[0] - beta[k]
    return lower, excess


def spend_both(
    null: Canonical, drifted: Canonical, alpha: Floats, beta: Floats
) -> tuple[Floats, Floats, float]:
    """Upper and binding lower bounds together: crossing the lower one is counted on under the null.

    Returns  upper, lower, and the excess of `spend_below`
    """
    n = alpha.size
    upper, lower = np.full(n, inf), np.full(n, -inf)
    excess = 0.0
    under_null, under_drift = start(), start()
    for k in range(n):
        upper[k] = bound_for(null, k, alpha[k], 1.0, under_null)
        lower[k] = min(bound_for(drifted, k, beta[k], -1.0, under_drift), upper[k])
        if k + 1 < n:
            under_null = step(null, k, lower[k], upper[k], under_null)
            under_drift = step(drifted, k, lower[k], upper[k], under_drift)
        else:
            excess = crossing(drifted, k, upper[k], -1.0, under_drift)[0] - beta[k]
    return upper, lower, excess
