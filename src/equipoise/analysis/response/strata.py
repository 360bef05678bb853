"""Association over strata: Cochran-Mantel-Haenszel's three statistics, Breslow-Day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from equipoise.analysis.estimates import ChiSquare
from equipoise.analysis.response.difference import checked_strata
from equipoise.analysis.response.odds import mantel_haenszel_odds_ratio
from equipoise.arrays import Floats
from equipoise.errors import InputError


class CMH(NamedTuple):
    """Cochran-Mantel-Haenszel: nonzero correlation, row mean scores, general association."""

    correlation: ChiSquare
    row_means: ChiSquare
    general: ChiSquare


class Homogeneity(NamedTuple):
    """Breslow-Day's test that strata share one odds ratio, without and with Tarone's correction."""

    breslow_day: ChiSquare
    tarone: ChiSquare


def cochran_mantel_haenszel(
    tables: ArrayLike,
    *,
    row_scores: Sequence[float] | None = None,
    column_scores: Sequence[float] | None = None,
) -> CMH:
    """Association of rows and columns, given strata.

    tables : (K, R, C) counts; one (R, C) table is one stratum
    row_scores, column_scores : (R,), (C,) scores; 1, 2, 3, ... by default; empty levels drop out
    Raises   InputError if no stratum can inform the test or scores have the wrong length.
    Source   Landis, Heyman & Koch 1978, Int Stat Rev 46:237 (SAS FREQ: CMH1, CMH2, CMH3).
    Checked  tests/oracle/response (R mantelhaen.test, coin::lbl_test).
    """
    cells = _checked_tables(tables)
    rows, columns = cells.sum(axis=(0, 2)) > 0, cells.sum(axis=(0, 1)) > 0
    r = _scores(row_scores, rows, "row")
    c = _scores(column_scores, columns, "column")
    cells = cells[:, rows][:, :, columns]
    if min(cells.shape[1:]) < 2:
        raise InputError("tables: no stratum has two rows and two columns to compare")
    n_rows, n_columns = cells.shape[1:]
    contrast_r, contrast_c = np.eye(n_rows)[:-1], np.eye(n_columns)[:-1]
    return CMH(
        _quadratic(cells, r, c, 1),
        _quadratic(cells, contrast_r, c, n_rows - 1),
        _quadratic(cells, contrast_r, contrast_c, (n_rows - 1) * (n_columns - 1)),
    )


def _checked_tables(tables: ArrayLike) -> Floats:
    cells = np.asarray(tables, dtype=float)
    if cells.ndim == 2:
        cells = cells[None]
    if cells.ndim != 3 or min(cells.shape[1:]) < 2:
        raise InputError(f"tables of shape {cells.shape}: expected strata x rows x columns")
    if not np.isfinite(cells).all() or (cells < 0).any() or (cells != np.floor(cells)).any():
        raise InputError("tables: expected counts, whole numbers from 0 up")
    cells = cells[cells.sum(axis=(1, 2)) > 1]
    if not len(cells):
        raise InputError("tables: expected a stratum of at least two subjects")
    return np.asarray(cells, dtype=np.float64)


def _scores(given: Sequence[float] | None, used: npt.NDArray[np.bool_], name: str) -> Floats:
    """(1, in use) scores; a level nobody has keeps its place, so its neighbors stay two apart."""
    scores = np.arange(1.0, len(used) + 1) if given is None else np.asarray(given, dtype=float)
    if scores.shape != used.shape or not np.isfinite(scores).all():
        raise InputError(f"{name} scores: expected {len(used)} numbers, one for each {name}")
    return np.asarray(scores[used][None, :])


def _quadratic(cells: Floats, r: Floats, c: Floats, df: int) -> ChiSquare:
    """The statistic of B n, where B is the Kronecker product of two contrasts."""
    deviation = np.zeros((len(r), len(c)))
    covariance = np.zeros((deviation.size, deviation.size))
    for table in cells:
        n = table.sum()
        p, q = table.sum(axis=1) / n, table.sum(axis=0) / n
        deviation += r @ (table - n * np.outer(p, q)) @ c.T
        spread_r = r @ (np.diag(p) - np.outer(p, p)) @ r.T
        spread_c = c @ (np.diag(q) - np.outer(q, q)) @ c.T
        covariance += n * n / (n - 1) * np.kron(spread_r, spread_c)
    d = deviation.ravel()
    if np.linalg.matrix_rank(covariance) < df:
        raise InputError("tables: no stratum varies in both rows and columns, nothing to test")
    statistic = float(d @ np.linalg.solve(covariance, d))
    return ChiSquare(statistic, df, float(chdtrc(df, statistic)))


def breslow_day(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> Homogeneity:
    """Do strata share one odds ratio? Expected counts at the Mantel-Haenszel odds ratio.

    Strata without responders, or without non-responders, say nothing and are left out.
    Raises   InputError if the common odds ratio is 0 or infinite or fewer than two strata inform.
    Source   Breslow & Day 1980, section 4.4; Tarone 1985, Biometrika 72:91.
    Checked  tests/oracle/response (metafor rma.mh).
    """
    a, m1, c, m2 = (v.astype(float) for v in checked_strata(x1, n1, x2, n2))
    informs = (a + c > 0) & (a + c < m1 + m2)
    a, m1, c, m2 = a[informs], m1[informs], c[informs], m2[informs]
    if len(a) < 2:
        raise InputError("Breslow-Day: expected at least two strata with responders and others")
    common = mantel_haenszel_odds_ratio(a, m1, c, m2).estimate
    if not 0 < common < np.inf:
        raise InputError("Breslow-Day: the common odds ratio is 0 or infinite")
    expected = _expected(common, m1, m2, a + c)
    variance = 1 / (
        1 / expected + 1 / (m1 - expected) + 1 / (a + c - expected) + 1 / (m2 - (a + c) + expected)
    )
    statistic = float(((a - expected) ** 2 / variance).sum())
    tarone = statistic - float((a - expected).sum()) ** 2 / float(variance.sum())
    df = len(a) - 1
    return Homogeneity(
        ChiSquare(statistic, df, float(chdtrc(df, statistic))),
        ChiSquare(tarone, df, float(chdtrc(df, tarone))),
    )


def _expected(common: float, m1: Floats, m2: Floats, k: Floats) -> Floats:
    """First-arm responders that give each stratum the odds ratio `common`, margins fixed."""
    slope = common * (m1 + k) + m2 - k
    quadratic = 1 - common
    product = -common * m1 * k
    # this form of the root neither cancels nor divides by 1 - common, which may be near nought
    return np.asarray(
        -2 * product / (slope + np.sqrt(slope * slope - 4 * quadratic * product)),
        dtype=np.float64,
    )
