"""Restricted likelihood of a repeated-measures model, with exact first and second derivatives.

Subjects seen at the same visits share one covariance matrix, so the data enter only through the
cross-products of each pattern of visits, once. A visit that a pattern lacks has a row and a column
of noughts in the pattern's inverse; all patterns are then worked together, however many subjects.

With W = V^-1, A = X'WX, r = y - Xb and subscripts for derivatives in the covariance parameters:

    -2 log L  = (n - p) log 2 pi + log|V| + log|A| + r'Wr
    first     : tr(W V_k) + tr(A^-1 A_k) + r'W_k r                    W_k  = -W V_k W
    second    : tr(W V_kl) - tr(W V_k W V_l) + tr(A^-1 A_kl) - tr(A^-1 A_k A^-1 A_l)
                + r'W_kl r - 2 (X'W_k r)' A^-1 (X'W_l r)

Source   Harville 1977, J Am Stat Assoc 72:320; Lindstrom & Bates 1988, J Am Stat Assoc 83:1014.
Checked  tests/oracle/continuous (R mmrm); twin `deviance_plain`, and its numerical derivatives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats


class Crossproducts(NamedTuple):
    """The data by pattern of visits: G patterns, m visits, P = p + 1 columns (design, response).

    seen : (G, m) bool; subjects : (G,); sums : (G, m, m, P, P) of z_a z_b'; observations : n
    """

    seen: npt.NDArray[np.bool_]
    subjects: npt.NDArray[np.int64]
    sums: Floats
    observations: int


class Covariance(NamedTuple):
    """A covariance of m visits with its derivatives in K parameters."""

    value: Floats  # (m, m)
    first: Floats  # (K, m, m)
    second: Floats  # (K, K, m, m)


class RestrictedLikelihood(NamedTuple):
    """-2 restricted log likelihood and what follows from it at one value of the parameters."""

    deviance: float
    gradient: Floats  # (K,)
    hessian: Floats  # (K, K)
    beta: Floats  # (p,)
    beta_covariance: Floats  # (p, p), A^-1
    information_slopes: Floats  # (K, p, p), A_k


def crossproducts(rows: Floats, seen: npt.NDArray[np.bool_]) -> Crossproducts:
    """Sums by pattern.

    rows : (N, m, P) design and response by subject and visit, 0 where not seen; seen : (N, m) bool
    """
    patterns, inverse = np.unique(seen, axis=0, return_inverse=True)
    visits, width = rows.shape[1:]
    sums = np.empty((len(patterns), visits, visits, width, width))
    for g in range(len(patterns)):
        flat = rows[inverse.ravel() == g].reshape(-1, visits * width)
        square = (flat.T @ flat).reshape(visits, width, visits, width)
        sums[g] = square.transpose(0, 2, 1, 3)
    count = np.bincount(inverse.ravel(), minlength=len(patterns))
    return Crossproducts(patterns, count.astype(np.int64), sums, int(seen.sum()))


def inverses(data: Crossproducts, covariance: Floats) -> tuple[Floats, float]:
    """W by pattern, (G, m, m) with noughts at visits not seen, and log|V| over all subjects.

    Raises  numpy.linalg.LinAlgError if the covariance is not positive definite.
    """
    both = data.seen[:, :, None] & data.seen[:, None, :]
    whole = np.where(both, covariance, np.eye(len(covariance)))
    root = np.linalg.cholesky(whole)
    log_det = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return np.where(both, np.linalg.inv(whole), 0.0), float(log_det @ data.subjects)


def deviance(data: Crossproducts, covariance: Floats) -> float:
    """-2 restricted log likelihood; infinite where the covariance is not positive definite."""
    try:
        w, log_det = inverses(data, covariance)
    except np.linalg.LinAlgError:
        return float("inf")
    p = data.sums.shape[-1] - 1
    a = np.tensordot(w, data.sums, 3)
    beta = np.linalg.solve(a[:p, :p], a[:p, p])
    rest = float(a[p, p] - a[:p, p] @ beta)
    constant = (data.observations - p) * float(np.log(2 * np.pi))
    return float(constant + log_det + np.linalg.slogdet(a[:p, :p])[1] + rest)


def likelihood(data: Crossproducts, sigma: Covariance) -> RestrictedLikelihood:
    """-2 restricted log likelihood with its exact gradient and Hessian.

    Raises  numpy.linalg.LinAlgError if the covariance is not positive definite.
    """
    k = len(sigma.first)
    width = data.sums.shape[-1]
    p = width - 1
    w, log_det = inverses(data, sigma.value)
    flat = data.sums.reshape(-1, width * width)
    b = w[:, None] @ sigma.first  # (G, K, m, m), W V_k
    w_first = -(b @ w[:, None])
    a = (w.reshape(1, -1) @ flat).reshape(width, width)
    a_first = (w_first.transpose(1, 0, 2, 3).reshape(k, -1) @ flat).reshape(k, width, width)
    phi = np.asarray(np.linalg.inv(a[:p, :p]), dtype=np.float64)
    beta = phi @ a[:p, p]
    residual = np.append(-beta, 1.0)  # y - Xb is the rows times this
    slopes = a_first[:, :p, :p]
    pulls = a_first[:, :p] @ residual  # (K, p), X'W_k r

    # tr(A^-1 A_k) + r'W_k r is one inner product of W_k with a matrix by pattern
    weight = np.outer(residual, residual)
    weight[:p, :p] += phi
    mass = np.tensordot(data.sums, weight, 2)  # (G, m, m)
    count = data.subjects.astype(np.float64)
    traced = np.trace(b, axis1=2, axis2=3)  # (G, K)
    gradient = count @ traced + (w_first * mass[:, None]).sum(axis=(0, 2, 3))

    turned = b.transpose(1, 0, 3, 2).reshape(k, -1)
    counted = (b * count[:, None, None, None]).transpose(1, 0, 2, 3).reshape(k, -1)
    crossed = (w @ mass)[:, None] @ b  # tr(V_k W V_l W M W) with M symmetric
    crossed = crossed.transpose(1, 0, 2, 3).reshape(k, -1)
    loading = (w * count[:, None, None] - w @ mass @ w).sum(axis=0)
    step = phi @ slopes  # (K, p, p)
    hessian = (
        np.tensordot(sigma.second, loading, 2)
        - counted @ turned.T
        + crossed @ turned.T
        + turned @ crossed.T
        - step.reshape(k, -1) @ step.transpose(0, 2, 1).reshape(k, -1).T
        - 2 * pulls @ phi @ pulls.T
    )
    rest = float(a[p, p] - a[:p, p] @ beta)
    constant = (data.observations - p) * float(np.log(2 * np.pi))
    value = constant + log_det - float(np.linalg.slogdet(phi)[1]) + rest
    return RestrictedLikelihood(value, gradient, (hessian + hessian.T) / 2, beta, phi, slopes)


def kenward_roger(
    data: Crossproducts, sigma: Covariance, slopes: Floats, phi: Floats, theta_covariance: Floats
) -> Floats:
    """Covariance of the coefficients, adjusted for the estimated parameters.

    With `sigma.second` all noughts this is the linear form (SAS ddfm = kr(linear)).
    Source   Kenward & Roger 1997, Biometrics 53:983, equation (5).
    """
    p = len(phi)
    w, _ = inverses(data, sigma.value)
    b = w[:, None] @ sigma.first
    # sum over k, l of u_kl (W V_k W V_l W - W V_kl W / 4), pattern by pattern
    mixed = np.tensordot(theta_covariance, b, ((1,), (1,))).transpose(1, 0, 2, 3)
    quadratic = (b @ mixed).sum(axis=1) @ w
    curved = np.tensordot(theta_covariance, sigma.second, 2)
    total = quadratic - w @ curved @ w / 4
    lead = np.tensordot(total, data.sums[..., :p, :p], 3)
    weighted = np.tensordot(theta_covariance, slopes, 1)
    correction = lead - (slopes @ phi @ weighted).sum(axis=0)
    return np.asarray(phi + 2 * phi @ correction @ phi)


def sandwich(
    rows: Floats, seen: npt.NDArray[np.bool_], covariance: Floats, beta: Floats, phi: Floats
) -> Floats:
    """Empirical covariance of the coefficients: A^-1 (sum of X'W r r'W X by subject) A^-1.

    Source   Liang & Zeger 1986, Biometrika 73:13 (without a small-sample correction).
    """
    p = len(beta)
    both = seen[:, :, None] & seen[:, None, :]
    w = np.where(both, np.linalg.inv(np.where(both, covariance, np.eye(len(covariance)))), 0.0)
    residual = rows @ np.append(-beta, 1.0)
    scores = np.einsum("nap,nab,nb->np", rows[..., :p], w, residual)
    return np.asarray(phi @ (scores.T @ scores) @ phi)


def deviance_plain(rows: Floats, seen: npt.NDArray[np.bool_], covariance: Floats) -> float:
    """`deviance` subject by subject, as the textbook writes it."""
    p = rows.shape[2] - 1
    a = np.zeros((p, p))
    c = np.zeros(p)
    for subject, visits in zip(rows, seen):
        x, y = subject[visits, :p], subject[visits, p]
        v = covariance[np.ix_(visits, visits)]
        a += x.T @ np.linalg.solve(v, x)
        c += x.T @ np.linalg.solve(v, y)
    beta = np.linalg.solve(a, c)
    total = (int(seen.sum()) - p) * np.log(2 * np.pi) + np.log(np.linalg.det(a))
    for subject, visits in zip(rows, seen):
        r = subject[visits, p] - subject[visits, :p] @ beta
        v = covariance[np.ix_(visits, visits)]
        total += np.log(np.linalg.det(v)) + r @ np.linalg.solve(v, r)
    return float(total)
