"""Linear combinations of coefficients: t and F tests with the fit's degrees of freedom."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from equipoise.analysis.continuous.contrasts import Contrast, FTest, t_test
from equipoise.analysis.continuous.mmrm.fit import MMRM
from equipoise.arrays import Floats
from equipoise.errors import InputError


def contrast(fit: MMRM, weights: npt.ArrayLike, *, level: float = 0.95) -> Contrast:
    """weights'b with its standard error, degrees of freedom, t test and limits.

    weights : (p,)
    Raises   InputError if there is not one weight for each coefficient or all are nought.
    Source   Fai & Cornelius 1996, J Stat Comput Simul 54:363; Kenward & Roger 1997.
    Checked  tests/oracle/continuous (R mmrm, emmeans; SAS PROC MIXED).
    """
    c = _checked_rows(fit, weights)[0]
    error = math.sqrt(float(c @ fit.adjusted @ c))
    return t_test(float(c @ fit.beta), error, degrees_of_freedom(fit, c), level=level)


def _checked_rows(fit: MMRM, weights: npt.ArrayLike) -> Floats:
    rows = np.atleast_2d(np.asarray(weights, dtype=float))
    if rows.ndim != 2 or rows.shape[1] != len(fit.beta):
        raise InputError(f"weights of shape {rows.shape}: expected {len(fit.beta)} a row")
    if not np.isfinite(rows).all() or np.linalg.matrix_rank(rows) < len(rows):
        raise InputError("weights: expected finite rows, none following from the others")
    return rows


def degrees_of_freedom(fit: MMRM, c: Floats) -> float:
    """Degrees of freedom of one linear combination, by the fit's adjustment."""
    if fit.adjustment == "residual":
        return float(fit.observations - len(fit.beta))
    if fit.adjustment == "between-within":
        return _between_within(fit, c)
    gradient = _variance_slopes(fit, c)
    variance = float(c @ fit.beta_covariance @ c)
    return 2 * variance**2 / float(gradient @ fit.theta_covariance @ gradient)


def _variance_slopes(fit: MMRM, c: Floats) -> Floats:
    """Derivative of c'A^-1 c in the covariance parameters, (K,)."""
    pull = fit.beta_covariance @ c
    return np.asarray(-np.einsum("i,kij,j->k", pull, fit.slopes, pull))


def _between_within(fit: MMRM, c: Floats) -> float:
    """Columns constant within subjects count against subjects, the others against observations.

    The intercept counts among subjects but is tested within them, as in R's mmrm.
    """
    between = ~fit.within
    within_df = fit.observations - fit.subjects - int(fit.within.sum())
    intercept = np.array([name == "(Intercept)" for name in fit.names])
    if (c[between & ~intercept] != 0).any():
        return float(min(fit.subjects - int(between.sum()), within_df))
    return float(within_df)


def f_test(fit: MMRM, weights: npt.ArrayLike) -> FTest:
    """Test that every row of `weights` times b is nought.

    weights : (q, p), of full row rank
    Raises   InputError if there is not one weight for each coefficient or a row is redundant.
    Source   Kenward & Roger 1997, section 3; Fai & Cornelius 1996 (as lmerTest).
    Checked  tests/laws/test_continuous.py (q = 1 is the t test squared); tests/oracle/continuous.
    """
    rows = _checked_rows(fit, weights)
    q = len(rows)
    if q == 1:
        one = contrast(fit, rows[0])
        return FTest(one.t**2, 1, one.df, one.p)
    gap = rows @ fit.beta
    statistic = float(gap @ np.linalg.solve(rows @ fit.adjusted @ rows.T, gap)) / q
    df, scale = _denominator(fit, rows)
    return FTest(scale * statistic, q, df, float(fdtrc(q, df, max(scale * statistic, 0.0))))


def _denominator(fit: MMRM, rows: Floats) -> tuple[float, float]:
    """Denominator degrees of freedom and the factor of F."""
    if fit.adjustment.startswith("kenward-roger"):
        return _kenward_roger(fit, rows)
    if fit.adjustment == "satterthwaite":
        return _satterthwaite(fit, rows), 1.0
    return min(degrees_of_freedom(fit, row) for row in rows), 1.0


def _satterthwaite(fit: MMRM, rows: Floats) -> float:
    """Match the mean of a sum of squared independent t variables, one for each eigenvector."""
    _, vectors = np.linalg.eigh(rows @ fit.beta_covariance @ rows.T)
    single = np.array([degrees_of_freedom(fit, row) for row in vectors.T @ rows])
    if (single <= 2).any():
        return 2.0
    mean = float((single / (single - 2)).sum())
    return 2 * mean / (mean - len(rows))


def _kenward_roger(fit: MMRM, rows: Floats) -> tuple[float, float]:
    """Match mean and variance of the scaled F (Kenward & Roger 1997, pages 988-989)."""
    q, phi, u = len(rows), fit.beta_covariance, fit.theta_covariance
    theta = rows.T @ np.linalg.solve(rows @ phi @ rows.T, rows)
    turned = theta @ phi @ fit.slopes @ phi  # (K, p, p)
    traces = np.trace(turned, axis1=1, axis2=2)
    a1 = float(traces @ u @ traces)
    a2 = float(np.einsum("kij,lji,kl->", turned, turned, u))
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / base, (q - g) / base, (q + 2 - g) / base
    mean = 1 / (1 - a2 / q)
    variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    ratio = variance / (2 * mean**2)
    df = 4 + (q + 2) / (q * ratio - 1)
    return df, df / (mean * (df - 2))
