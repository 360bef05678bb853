"""What an interim result says about the rest of the trial.

Given Z at a look, the scores that follow are again a group-sequential trial with independent
increments, so conditional power is an exit probability with shifted bounds.

Source   Jennison & Turnbull 2000, chapter 10.
Checked  tests/oracle/design (gsDesign gsCP, gsPP; rpact; closed forms in R).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from equipoise.design.bounds.model import Bounds, Exits, exits
from equipoise.errors import InputError

POSTERIOR_NODES = 64  # Gauss-Hermite points over the drift; the integrand is a probability


def conditional_exits(bounds: Bounds, *, look: int, z: float, drift: float) -> Exits:
    """Probability of stopping at each later look, given Z at `look`.

    look : counts from 1; drift : expectation of Z at information 1 for the rest of the trial
    Returns  Exits with one value per later look
    """
    _check_look(bounds, look)
    t = np.array(bounds.information)
    ahead, rest = t[look:], t[look:] - t[look - 1]
    start = z * sqrt(t[look - 1])

    def shifted(side: Sequence[float | None], none: float) -> NDArray[np.float64]:
        values = np.array([none if v is None else v for v in side[look:]])
        return np.asarray((values * np.sqrt(ahead) - start) / np.sqrt(rest))

    low, up = shifted(bounds.lower, -inf), shifted(bounds.upper, inf)
    above, below = exits(rest.tolist(), low.tolist(), up.tolist(), drift)
    return Exits(tuple(map(float, above)), tuple(map(float, below)))


def conditional_power(bounds: Bounds, *, look: int, z: float, drift: float) -> float:
    """Probability of crossing the upper bound at any later look, given Z at `look`."""
    return float(sum(conditional_exits(bounds, look=look, z=z, drift=drift).upper))


def trend(bounds: Bounds, *, look: int, z: float) -> float:
    """The drift that the result so far suggests."""
    _check_look(bounds, look)
    return z / sqrt(bounds.information[look - 1])


def predictive_power(
    bounds: Bounds,
    *,
    look: int,
    z: float,
    drifts: Sequence[float] | None = None,
    weights: Sequence[float] | None = None,
) -> float:
    """Conditional power averaged over what the result so far leaves open about the drift.

    drifts, weights : a discrete prior; a flat one over all drifts by default
    """
    mean = trend(bounds, look=look, z=z)
    root = sqrt(bounds.information[look - 1])
    if drifts is None:
        nodes, mass = np.polynomial.hermite_e.hermegauss(POSTERIOR_NODES)
        points, posterior = mean + nodes / root, mass / mass.sum()
    else:
        points = np.array(drifts, dtype=np.float64)
        prior = np.ones(points.size) if weights is None else np.array(weights, dtype=np.float64)
        posterior = prior * np.exp(-0.5 * (z - points * root) ** 2)
        posterior = posterior / posterior.sum()
    powers = [conditional_power(bounds, look=look, z=z, drift=float(d)) for d in points]
    return float(posterior @ np.array(powers))


def _check_look(bounds: Bounds, look: int) -> None:
    if not 1 <= look < len(bounds.information):
        raise InputError(
            f"look {look} has none after it; looks before the last are "
            f"1 to {len(bounds.information) - 1}"
        )
