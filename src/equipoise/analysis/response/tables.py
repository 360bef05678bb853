"""Tests on tables of counts: Fisher, Freeman-Halton, Barnard, Boschloo."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from equipoise.analysis.response.odds import checked_table, exact_odds_ratio
from equipoise.errors import InputError

CELL_BUDGET = 500_000_000  # cells visited before an exact r x c test is given up, a few seconds
NUISANCE_GRID = 2001  # rates tried for the unconditional tests before the best are refined


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
        raise InputError(f"table of shape {cells.shape}: expected 2 x 2 (see freeman_halton)")
    n = cells.sum(axis=1)
    found = exact_odds_ratio(cells[0, :1], n[:1], cells[1, :1], n[1:], level=level)
    return FisherTest(
        found.p, found.estimate, found.lower, found.upper, found.p_less, found.p_greater
    )


def freeman_halton(table: npt.ArrayLike) -> float:
    """Fisher's exact test of an r x c table: P of every table no likelier than this one.

    table : (r, c) counts; empty rows and columns are left out
    Raises   InputError if fewer than two rows or columns hold a count, or if the table is too large
             to be counted exactly.
    Source   Freeman & Halton 1951, Biometrika 38:141.
    Checked  tests/oracle/response (R fisher.test); twin `kernels.exact.freeman_halton_plain`.
    """
    from equipoise.kernels.exact import SLACK
    from equipoise.kernels.exact import freeman_halton as kernel

    cells = checked_table(table)
    cells = cells[cells.sum(axis=1) > 0][:, cells.sum(axis=0) > 0]
    if min(cells.shape) < 2:
        raise InputError("table: fewer than two rows or columns hold a count, nothing to compare")
    if cells.shape[0] > cells.shape[1]:
        cells = cells.T
    rows = np.ascontiguousarray(cells.sum(axis=1))
    columns = np.sort(cells.sum(axis=0))[::-1].copy()
    log_factorial = special.gammaln(np.arange(1.0, cells.sum() + 3))
    margins = log_factorial[rows].sum() + log_factorial[columns].sum()
    seen = margins - log_factorial[cells.sum()] - log_factorial[cells].sum()
    p = kernel(rows, columns, log_factorial, float(seen) + SLACK, CELL_BUDGET)
    if p < 0:
        raise InputError(
            f"table of {cells.sum()} subjects in {cells.size} cells: too large for an"
            " exact test; expected fewer categories (or use a chi-square test)"
        )
    return min(1.0, float(p))
