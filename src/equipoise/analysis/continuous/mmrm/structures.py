"""Covariance structures of repeated measures, with first and second derivatives.

Every structure is a function of unconstrained parameters: log standard deviations first, then
correlations r = t / sqrt(1 + t^2) (logistic for `cs`, Cholesky entries for `us`).

Source   Jennrich & Schluchter 1986, Biometrics 42:805; parameters as documented for R's
         mmrm (a Kenward-Roger adjustment with second derivatives depends on them).
Checked  tests/laws/test_continuous.py (numerical derivatives); tests/oracle/continuous (R mmrm).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from equipoise.arrays import Floats
from equipoise.kernels.mmrm import Covariance

Structure = Literal["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"]
STRUCTURES: tuple[Structure, ...] = get_args(Structure)

STRUCTURE_NAMES: dict[Structure, str] = {
    "us": "unstructured",
    "toep": "Toeplitz",
    "toeph": "heterogeneous Toeplitz",
    "ar1": "first-order autoregressive",
    "ar1h": "heterogeneous first-order autoregressive",
    "cs": "compound symmetry",
    "csh": "heterogeneous compound symmetry",
    "ad": "ante-dependence",
    "adh": "heterogeneous ante-dependence",
}


class Correlation(NamedTuple):
    """A correlation of m visits with its derivatives in q correlations."""

    value: Floats  # (m, m)
    first: Floats  # (q, m, m)
    second: Floats  # (q, q, m, m)


def covariance(structure: Structure, theta: Floats, visits: int) -> Covariance:
    """The covariance matrix at `theta`, (m, m), with its derivatives, (K, m, m), (K, K, m, m)."""
    if structure == "us":
        return _unstructured(theta, visits)
    deviations = visits if _heterogeneous(structure) else 1
    rho, slope, bend = _correlations(_family(structure), theta[deviations:], visits)
    found = _CORRELATIONS[_family(structure)](rho, visits)
    first = found.first * slope[:, None, None]
    second = found.second * np.outer(slope, slope)[:, :, None, None]
    for q in range(len(rho)):
        second[q, q] += found.first[q] * bend[q]
    return _scaled(theta[:deviations], Correlation(found.value, first, second))


def start(structure: Structure, spread: Floats) -> Floats:
    """Parameters to begin at: standard deviations `spread`, (m,), and mild correlation.

    The correlations form a positive definite matrix for any number of visits.
    """
    visits = len(spread)
    common = 0.3
    if structure == "us":
        root = np.linalg.cholesky((1 - common) * np.eye(visits) + common) * spread[:, None]
        unit = root / np.diag(root)[:, None]
        return np.concatenate([np.log(np.diag(root)), unit[np.tril_indices(visits, -1)]])
    deviations = np.log(spread)
    if not _heterogeneous(structure):
        deviations = np.array([deviations.mean()])
    family = _family(structure)
    rho = np.full(_counts(family, visits), common)
    if family == "toep":
        rho = common ** np.arange(1.0, visits)
    t = rho / np.sqrt(1 - rho**2)
    if family == "cs":
        low = -1 / (visits - 1)
        t = special.logit((rho - low) / (1 - low))
    return np.concatenate([deviations, t])


def _heterogeneous(structure: Structure) -> bool:
    return structure.endswith("h")


def _family(structure: Structure) -> str:
    return structure.removesuffix("h")


def _counts(family: str, visits: int) -> int:
    return 1 if family in ("ar1", "cs") else visits - 1


def _correlations(family: str, t: Floats, visits: int) -> tuple[Floats, Floats, Floats]:
    """Correlations in (-1, 1), or where `cs` is positive definite, with two derivatives."""
    if family == "cs":
        low = -1 / (visits - 1)
        share = special.expit(t)
        slope = (1 - low) * share * (1 - share)
        return low + (1 - low) * share, slope, slope * (1 - 2 * share)
    scale = 1 + t * t
    return t / np.sqrt(scale), scale**-1.5, -3 * t * scale**-2.5


def _gaps(visits: int) -> npt.NDArray[np.int64]:
    at = np.arange(visits)
    return np.asarray(np.abs(at[:, None] - at[None, :]), dtype=np.int64)


def _autoregressive(rho: Floats, visits: int) -> Correlation:
    gap, r = _gaps(visits), float(rho[0])
    first = gap * r ** np.maximum(gap - 1, 0)
    second = gap * (gap - 1) * r ** np.maximum(gap - 2, 0)
    value = np.asarray(r**gap, dtype=np.float64)
    return Correlation(value, first[None], second[None, None])


def _exchangeable(rho: Floats, visits: int) -> Correlation:
    off = np.asarray(1.0 - np.eye(visits), dtype=np.float64)
    return Correlation(np.eye(visits) + rho[0] * off, off[None], np.zeros((1, 1, visits, visits)))


def _toeplitz(rho: Floats, visits: int) -> Correlation:
    gap = _gaps(visits)
    first = np.stack([(gap == lag).astype(np.float64) for lag in range(1, visits)])
    value = np.asarray(np.eye(visits) + np.tensordot(rho, first, 1), dtype=np.float64)
    return Correlation(value, first, np.zeros((visits - 1, visits - 1, visits, visits)))


def _antedependent(rho: Floats, visits: int) -> Correlation:
    """Between visits a < b the product of the correlations of neighbors between them."""
    q = visits - 1
    value = np.eye(visits)
    first = np.zeros((q, visits, visits))
    second = np.zeros((q, q, visits, visits))
    for a in range(visits):
        for b in range(a + 1, visits):
            within = range(a, b)
            value[a, b] = value[b, a] = np.prod(rho[a:b])
            for k in within:
                first[k, a, b] = first[k, b, a] = _product(rho, within, (k,))
                for l in within:
                    if l != k:
                        second[k, l, a, b] = second[k, l, b, a] = _product(rho, within, (k, l))
    return Correlation(value, first, second)


def _product(rho: Floats, within: range, without: tuple[int, ...]) -> float:
    return float(np.prod([rho[j] for j in within if j not in without]))


_CORRELATIONS: dict[str, Callable[[Floats, int], Correlation]] = {
    "ar1": _autoregressive,
    "cs": _exchangeable,
    "toep": _toeplitz,
    "ad": _antedependent,
}


def _scaled(log_sd: Floats, correlation: Correlation) -> Covariance:
    """D C D, where D holds one standard deviation or one for each visit."""
    visits = len(correlation.value)
    sd = np.exp(log_sd) * np.ones(visits)
    outer = np.outer(sd, sd)
    d, q = len(log_sd), len(correlation.first)
    value = outer * correlation.value
    belongs = np.eye(visits) if d == visits else np.ones((1, visits))
    power = belongs[:, :, None] + belongs[:, None, :]  # d log(outer) / d log_sd
    first = np.empty((d + q, visits, visits))
    first[:d] = power * value
    first[d:] = outer * correlation.first
    second = np.empty((d + q, d + q, visits, visits))
    second[:d, :d] = power[:, None] * power[None] * value
    second[:d, d:] = power[:, None] * first[None, d:]
    second[d:, :d] = second[:d, d:].transpose(1, 0, 2, 3)
    second[d:, d:] = outer * correlation.second
    return Covariance(value, first, second)


def _unstructured(theta: Floats, visits: int) -> Covariance:
    """L L', where row i of L is exp(theta_i) times (free entries, 1)."""
    rows, columns = np.tril_indices(visits, -1)
    k = len(theta)
    scale = np.exp(theta[:visits])
    unit = np.eye(visits)
    unit[rows, columns] = theta[visits:]
    root = scale[:, None] * unit
    first = np.zeros((k, visits, visits))  # of L
    second = np.zeros((k, k, visits, visits))  # of L
    for i in range(visits):
        first[i, i] = second[i, i, i] = root[i]
    for e, (row, column) in enumerate(zip(rows, columns), start=visits):
        first[e, row, column] = scale[row]
        second[row, e, row, column] = second[e, row, row, column] = scale[row]
    value = root @ root.T
    half_first = first @ root.T
    half_second = second @ root.T + first[:, None] @ first.transpose(0, 2, 1)[None]
    return Covariance(
        value,
        half_first + half_first.transpose(0, 2, 1),
        half_second + half_second.transpose(0, 1, 3, 2),
    )
