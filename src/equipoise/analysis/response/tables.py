"""Tests on tables of counts: Fisher, Barnard, Boschloo."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from equipoise.analysis.response.odds import (
    checked_table,
    exact_odds_ratio,
    hypergeometric_sum,
    two_sided,
)
from equipoise.analysis.response.rates import EQUALLY_LIKELY, checked_count
from equipoise.arrays import Floats
from equipoise.errors import InputError

NUISANCE_GRID = 2001  # rates tried for the unconditional tests before the best are refined
TIE_GAP = 1e-9  # relative; statistics this close are one value reached by two roads


class FisherTest(NamedTuple):
    """Two-sided and one-sided exact P, conditional odds ratio with exact limits."""

    p: float
    odds_ratio: float
    lower: float
    upper: float
    p_less: float
    p_greater: float


class UnconditionalTest(NamedTuple):
    """P maximized over the common rate, and the rate where it is greatest."""

    p: float
    statistic: float
    nuisance: float


def fisher(table: npt.ArrayLike, *, level: float = 0.95) -> FisherTest:
    """Fisher's exact test of a 2 x 2 table [[x1, n1 - x1], [x2, n2 - x2]].

    Raises   InputError if the table is not 2 x 2, holds no count or has an empty row.
    Source   Fisher 1935, J R Stat Soc 98:39; two-sided P by the likelihood of each table.
    Checked  tests/oracle/response (R fisher.test; limits by own R inversion).
    """
    cells = checked_table(table)
    if cells.shape != (2, 2):
        raise InputError(f"table of shape {cells.shape}: expected 2 x 2")
    n = cells.sum(axis=1)
    found = exact_odds_ratio(cells[0, :1], n[:1], cells[1, :1], n[1:], level=level)
    return FisherTest(
        found.p, found.estimate, found.lower, found.upper, found.p_less, found.p_greater
    )


def fisher_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """The two-sided P of `fisher` alone, without the odds ratio and its limits.

    x1, n1, x2, n2 : responders and subjects of each arm
    Raises   InputError if an arm is empty or a count is no whole number from 0 to n.
    Checked  tests/oracle/pilot (R fisher.test); tests/laws/test_fisher_p.py (equal to `fisher`).
    """
    seen, support, log_mass = hypergeometric_sum([x1], [n1], [x2], [n2])
    return two_sided(np.exp(log_mass), int(seen - support[0]))


def barnard(x1: int, n1: int, x2: int, n2: int) -> UnconditionalTest:
    """Barnard's unconditional exact test, two-sided, ordering tables by the pooled z.

    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Barnard 1947, Biometrika 34:123; Suissa & Shuster 1985, J R Stat Soc A 148:317.
    Checked  tests/oracle/response (scipy.stats.barnard_exact); tests/laws.
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    first, second = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    pooled = (first + second) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    gap = np.abs(first / n1 - second / n2)
    z = np.divide(gap, np.sqrt(variance), out=np.zeros_like(gap), where=variance > 0)
    return _unconditional(z, float(z[x1, x2]))


def boschloo(x1: int, n1: int, x2: int, n2: int) -> UnconditionalTest:
    """Boschloo's unconditional exact test: tables ordered by Fisher's two-sided P.

    Raises   InputError if a count is not a whole number from 0 to its n.
    Source   Boschloo 1970, Stat Neerl 24:1. Never larger than Fisher's P.
    Checked  tests/laws/test_response.py (against Fisher); tests/oracle/response (enumeration in R).
    """
    x1, n1 = checked_count(x1, n1)
    x2, n2 = checked_count(x2, n2)
    fisher_p = _every_fisher(n1, n2)
    return _unconditional(-fisher_p, -float(fisher_p[x1, x2]))


def _every_fisher(n1: int, n2: int) -> Floats:
    """Fisher's two-sided P of every table with these arms, (n1 + 1, n2 + 1)."""
    from scipy import stats  # heavy, and most analyses need none of it

    p = np.ones((n1 + 1, n2 + 1))
    for total in range(n1 + n2 + 1):
        x1 = np.arange(max(0, total - n2), min(total, n1) + 1)
        mass = stats.hypergeom.pmf(x1, n1 + n2, n1, total)
        order = np.argsort(mass)
        ends = np.searchsorted(mass[order], mass * EQUALLY_LIKELY, side="right")
        p[x1, total - x1] = np.minimum(np.cumsum(mass[order])[ends - 1], 1.0)
    return p


def _unconditional(order: Floats, seen: float) -> UnconditionalTest:
    """Greatest probability, over the common rate, of a table ordered at least as far as `seen`."""
    from scipy import optimize  # heavy, and most analyses need none of it

    n1, n2 = order.shape[0] - 1, order.shape[1] - 1
    region = (order >= seen - TIE_GAP * max(abs(seen), 1.0)).astype(float)

    def sizes_at(rate: Floats) -> Floats:
        first, second = _binomial(n1, rate), _binomial(n2, rate)
        return np.asarray(((first @ region) * second).sum(axis=1))

    grid = np.linspace(0.0, 1.0, NUISANCE_GRID)
    sizes = sizes_at(grid)
    best = int(np.argmax(sizes))
    span = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    fine = optimize.minimize_scalar(
        lambda t: -float(sizes_at(np.array([t]))[0]), bounds=span, method="bounded"
    )
    rate = float(fine.x) if -fine.fun > sizes[best] else float(grid[best])
    p = min(1.0, max(float(-fine.fun), float(sizes[best])))
    return UnconditionalTest(p, seen, rate)


def _binomial(n: int, rate: Floats) -> Floats:
    """Binomial masses, one row for each rate, (rates, n + 1)."""
    x = np.arange(n + 1)
    log_mass = (
        special.gammaln(n + 1)
        - special.gammaln(x + 1)
        - special.gammaln(n - x + 1)
        + special.xlogy(x, rate[:, None])
        + special.xlog1py(n - x, -rate[:, None])
    )
    return np.asarray(np.exp(log_mass))
