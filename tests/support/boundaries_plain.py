"""The plain twin of `boundaries`: the book's own grid, numpy, one array operation per step.

Slower and with many more points, but line for line what Jennison & Turnbull (2000), section 19.2,
print: a grid that is dense in the middle and thins out as the logarithm of the distance, with
Simpson's weights.
"""

from __future__ import annotations

from math import erfc, inf, sqrt

import numpy as np

from equipoise.arrays import Floats

R = 100  # the book's r; 6r - 1 points before halving


def book_grid(lower: float, upper: float, mean: float, r: int = R) -> tuple[Floats, Floats]:
    """Points and Simpson weights of equations 19.6 to 19.8."""
    i = np.arange(1, 6 * r)
    x = np.empty(i.size)
    low, high = i < r, i > 5 * r
    x[low] = mean - 3.0 - 4.0 * np.log(r / i[low])
    x[~low & ~high] = mean - 3.0 + 3.0 * (i[~low & ~high] - r) / (2.0 * r)
    x[high] = mean + 3.0 + 4.0 * np.log(r / (6 * r - i[high]))
    inside = x[(x > lower) & (x < upper)]
    first, last = max(lower, x[0]), min(upper, x[-1])
    if last <= first:
        return np.empty(0), np.empty(0)
    odd = np.concatenate(([first], inside[(inside > first) & (inside < last)], [last]))
    gaps = np.diff(odd)
    z = np.empty(2 * odd.size - 1)
    z[::2], z[1::2] = odd, odd[:-1] + 0.5 * gaps
    w = np.zeros(z.size)
    w[1::2] = 4.0 * gaps / 6.0
    w[:-2:2] += gaps / 6.0
    w[2::2] += gaps / 6.0
    return z, w


def normal(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def exits_plain(
    information: Floats, mean: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats]:
    """Probabilities of leaving above and below first at each look, as `boundaries.exits`."""
    n = information.size
    above, below = np.zeros(n), np.zeros(n)
    z, mass = np.zeros(1), np.ones(1)
    for k in range(n):
        before = information[k - 1] if k else 0.0
        mean_before = mean[k - 1] if k else 0.0
        spread = sqrt(information[k] - before)
        shift = mean[k] * sqrt(information[k]) - mean_before * sqrt(before)
        score = z * sqrt(before)

        def standard(
            bound: float,
            score: Floats = score,
            k: int = k,
            shift: float = shift,
            spread: float = spread,
        ) -> Floats:
            return (bound * sqrt(information[k]) - score - shift) / (spread * sqrt(2.0))

        if upper[k] < inf:
            above[k] = sum(m * 0.5 * erfc(u) for m, u in zip(mass, standard(upper[k]), strict=True))
        if lower[k] > -inf:
            below[k] = sum(
                m * 0.5 * erfc(-u) for m, u in zip(mass, standard(lower[k]), strict=True)
            )
        points, weights = book_grid(lower[k], upper[k], mean[k])
        u = (points[:, None] * sqrt(information[k]) - score[None, :] - shift) / spread
        density = (mass[None, :] * normal(u)).sum(axis=1) * sqrt(information[k]) / spread
        z, mass = points, density * weights
    return above, below
