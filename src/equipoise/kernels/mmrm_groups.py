"""The likelihood of repeated measures with a covariance of its own in each group of subjects.

As `kernels.mmrm`, whose formulas hold group by group: parameters of two groups meet only through
the coefficients. It is the restricted likelihood, or (what is in brackets left out) the full one:

    -2 log L  = n log 2 pi [- p log 2 pi] + log|V| [+ log|A|] + r'Wr

Source   Harville 1977, J Am Stat Assoc 72:320; Laird & Ware 1982, Biometrics 38:963.
Checked  tests/twins/test_plain_tables.py (`grouped_deviance_plain` and its numerical derivatives);
         tests/oracle/tables (R nlme::gls).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats
from equipoise.kernels.mmrm import Covariance, Crossproducts, RestrictedLikelihood, inverses


def grouped_deviance(
    data: Sequence[Crossproducts], covariance: Sequence[Floats], *, restricted: bool
) -> float:
    """-2 log likelihood; infinite where a covariance is not positive definite.

    data : the cross-products of each group; covariance : (m, m) of each
    """
    try:
        found = [inverses(d, c) for d, c in zip(data, covariance, strict=True)]
    except np.linalg.LinAlgError:
        return float("inf")
    p = data[0].sums.shape[-1] - 1
    a = np.sum([np.tensordot(w, d.sums, 3) for (w, _), d in zip(found, data, strict=True)], axis=0)
    value = _constant(data, p, restricted) + sum(log_det for _, log_det in found)
    beta = np.linalg.solve(a[:p, :p], a[:p, p])
    value += float(a[p, p] - a[:p, p] @ beta)
    return float(value + (np.linalg.slogdet(a[:p, :p])[1] if restricted else 0.0))


def _constant(data: Sequence[Crossproducts], p: int, restricted: bool) -> float:
    free = sum(d.observations for d in data) - (p if restricted else 0)
    return free * float(np.log(2 * np.pi))


def grouped_likelihood(
    data: Sequence[Crossproducts], sigma: Sequence[Covariance], *, restricted: bool
) -> RestrictedLikelihood:
    """-2 log likelihood with its exact gradient and Hessian, parameters group after group.

    Raises  numpy.linalg.LinAlgError if a covariance is not positive definite.
    """
    width = data[0].sums.shape[-1]
    p = width - 1
    found = [inverses(d, s.value) for d, s in zip(data, sigma, strict=True)]
    turned = [w[:, None] @ s.first for (w, _), s in zip(found, sigma, strict=True)]  # W V_k
    a = np.sum([np.tensordot(w, d.sums, 3) for (w, _), d in zip(found, data, strict=True)], axis=0)
    firsts = [
        np.einsum("gkab,gabij->kij", -(b @ w[:, None]), d.sums)
        for b, (w, _), d in zip(turned, found, data, strict=True)
    ]
    a_first = np.concatenate(firsts)  # (K, P, P)
    phi = np.asarray(np.linalg.inv(a[:p, :p]), dtype=np.float64)
    beta = phi @ a[:p, p]
    residual = np.append(-beta, 1.0)
    weight = np.outer(residual, residual)
    if restricted:
        weight[:p, :p] += phi
    gradient, blocks = [], []
    for d, s, (w, _), b in zip(data, sigma, found, turned, strict=True):
        one, two = _own_derivatives(d, s, w, b, np.tensordot(d.sums, weight, 2))
        gradient.append(one)
        blocks.append(two)
    slopes = a_first[:, :p, :p]
    pulls = a_first[:, :p] @ residual  # (K, p), X'W_k r
    hessian = _diagonal(blocks) - 2 * pulls @ phi @ pulls.T
    if restricted:
        step = phi @ slopes
        hessian -= np.einsum("kij,lji->kl", step, step)
    value = _constant(data, p, restricted) + sum(log_det for _, log_det in found)
    value += float(a[p, p] - a[:p, p] @ beta)
    value -= float(np.linalg.slogdet(phi)[1]) if restricted else 0.0
    return RestrictedLikelihood(
        value, np.concatenate(gradient), (hessian + hessian.T) / 2, beta, phi, slopes
    )


def _own_derivatives(
    data: Crossproducts, sigma: Covariance, w: Floats, b: Floats, mass: Floats
) -> tuple[Floats, Floats]:
    """Of one group: the gradient (k,), and the Hessian (k, k) for coefficients held."""
    count = data.subjects.astype(np.float64)
    gradient = count @ np.trace(b, axis1=2, axis2=3) - np.einsum("gkab,gbc,gac->k", b, w, mass)
    crossed = (w @ mass)[:, None] @ b
    mixed = np.einsum("gkab,glba->kl", crossed, b)
    loading = (w * count[:, None, None] - w @ mass @ w).sum(axis=0)
    hessian = (
        np.tensordot(sigma.second, loading, 2)
        - np.einsum("g,gkab,glba->kl", count, b, b)
        + mixed
        + mixed.T
    )
    return gradient, hessian


def _diagonal(blocks: Sequence[Floats]) -> Floats:
    """The blocks along the diagonal of one matrix."""
    size = [len(b) for b in blocks]
    out = np.zeros((sum(size), sum(size)))
    at = 0
    for k, block in zip(size, blocks, strict=True):
        out[at : at + k, at : at + k] = block
        at += k
    return out


def grouped_kenward_roger(
    data: Sequence[Crossproducts],
    sigma: Sequence[Covariance],
    slopes: Floats,
    phi: Floats,
    theta_covariance: Floats,
) -> Floats:
    """Covariance of the coefficients, adjusted for the estimated parameters of every group.

    Source   Kenward & Roger 1997, Biometrics 53:983, equation (5).
    """
    p, at = len(phi), 0
    weighted = np.tensordot(theta_covariance, slopes, 1)
    correction = -(slopes @ phi @ weighted).sum(axis=0)
    for d, s in zip(data, sigma, strict=True):
        k = len(s.first)
        own = theta_covariance[at : at + k, at : at + k]
        at += k
        w, _ = inverses(d, s.value)
        b = w[:, None] @ s.first
        mixed = np.tensordot(own, b, ((1,), (1,))).transpose(1, 0, 2, 3)
        total = (b @ mixed).sum(axis=1) @ w - w @ np.tensordot(own, s.second, 2) @ w / 4
        correction = correction + np.tensordot(total, d.sums[..., :p, :p], 3)
    return np.asarray(phi + 2 * phi @ correction @ phi)


def grouped_deviance_plain(
    rows: Floats,
    seen: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int32],
    covariance: Sequence[Floats],
    *,
    restricted: bool,
) -> float:
    """`grouped_deviance` subject by subject."""
    p = rows.shape[2] - 1
    a, c = np.zeros((p, p)), np.zeros(p)
    parts = []
    for subject, visits, g in zip(rows, seen, group):
        x, y = subject[visits, :p], subject[visits, p]
        v = covariance[g][np.ix_(visits, visits)]
        a += x.T @ np.linalg.solve(v, x)
        c += x.T @ np.linalg.solve(v, y)
        parts.append((x, y, v))
    beta = np.linalg.solve(a, c)
    total = (int(seen.sum()) - (p if restricted else 0)) * np.log(2 * np.pi)
    total += np.log(np.linalg.det(a)) if restricted else 0.0
    for x, y, v in parts:
        total += np.log(np.linalg.det(v)) + (y - x @ beta) @ np.linalg.solve(v, y - x @ beta)
    return float(total)
