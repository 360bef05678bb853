"""Probability that normal variables stay within bounds when their correlation may be singular."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.special import ndtr

from equipoise.arrays import Floats

_FAR = 9.0
"""Standard deviations beyond which the normal distribution is left out (2e-19 of it)."""

_NODES = 10
"""Gauss-Legendre nodes in each panel; a panel is at most 1 wide and holds no corner of the box."""

_RANK = 1e-10
"""An eigenvalue below this share of the largest is rounding, not rank."""


def box(lower: Floats, upper: Floats, correlation: Floats) -> float:
    """P(lower <= Z <= upper) for Z normal with unit variances and a correlation of any rank.

    lower, upper : (k,), infinite where there is no bound; correlation : (k, k)
    Z is written as loadings times r independent normals, r the rank. Up to r = 3 the last of them
    is integrated exactly and the others by Gauss-Legendre between the corners of the box, to about
    1e-10; above that by Genz's method, to about 1e-5.
    Checked  tests/unit/analysis/test_box.py
    """
    load = loadings(correlation)
    if load.shape[1] > 3:
        from scipy.stats import multivariate_normal  # 40 MB that few need

        genz = multivariate_normal(cov=correlation, allow_singular=True, seed=1)
        return float(genz.cdf(upper, lower_limit=lower))
    return within(lower, upper, load)


def within(lower: Floats, upper: Floats, load: Floats) -> float:
    """P(lower <= load e <= upper) for r = 1, 2 or 3 independent standard normals e.

    load : (k, r)
    """
    if load.shape[1] == 1:
        return float(line(lower, upper, load[:, 0], np.zeros((load.shape[0], 1)))[0])
    nodes, weight = panels(corners(lower, upper, load))
    if load.shape[1] == 2:
        return float(weight @ line(lower, upper, load[:, 1], np.outer(load[:, 0], nodes)))
    inner = [within(lower - load[:, 0] * x, upper - load[:, 0] * x, load[:, 1:]) for x in nodes]
    return float(weight @ np.array(inner))


def line(lower: Floats, upper: Floats, slope: Floats, shift: Floats) -> Floats:
    """P(lower <= shift + slope e <= upper) for one standard normal e, for each column of `shift`.

    lower, upper, slope : (k,); shift : (k, m)
    """
    flat = np.abs(slope) < 1e-12
    below, above = lower[:, None] - shift, upper[:, None] - shift
    inside = ((below[flat] <= 0) & (above[flat] >= 0)).all(axis=0)
    tilt = slope[~flat, None]
    ends = np.sort(np.stack((below[~flat] / tilt, above[~flat] / tilt)), axis=0)
    low = ends[0].max(axis=0, initial=-np.inf)
    high = ends[1].min(axis=0, initial=np.inf)
    return np.where(inside & (high > low), ndtr(high) - ndtr(low), 0.0)


def corners(lower: Floats, upper: Floats, load: Floats) -> Floats:
    """First coordinates of the points where as many bounds meet as there are dimensions."""
    r = load.shape[1]
    bounds = np.concatenate((lower, upper))
    planes = np.vstack((load, load))
    finite = np.flatnonzero(np.isfinite(bounds))
    sets = np.array(list(combinations(finite, r)))
    if not sets.size:
        return np.empty(0)
    slopes = planes[sets]
    meet = np.abs(np.linalg.det(slopes)) > 1e-9
    return np.linalg.solve(slopes[meet], bounds[sets[meet]][..., None])[:, 0, 0]


def panels(cuts: Floats) -> tuple[Floats, Floats]:
    """Nodes to _FAR either way, panels ending at `cuts`; weights times the normal density."""
    inside = cuts[np.abs(cuts) < _FAR]
    edge = np.unique(np.round(np.concatenate((np.arange(-_FAR, _FAR + 1), inside)), 12))
    x, w = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(edge)[:, None] / 2
    nodes = (edge[:-1, None] + half * (1 + x)).ravel()
    density = np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)
    return nodes, (half * w).ravel() * density


def loadings(correlation: Floats) -> Floats:
    """(k, r) matrix whose product with its transpose is `correlation`, r its rank."""
    value, vector = np.linalg.eigh(correlation)
    keep = value > _RANK * value[-1]
    out: Floats = vector[:, keep] * np.sqrt(value[keep])
    return out
