"""Mixed model for repeated measures: restricted maximum likelihood by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.continuous.mmrm.arrange import Arranged, arrange
from equipoise.analysis.continuous.mmrm.structures import Structure
from equipoise.arrays import Floats
from equipoise.errors import InputError, did_you_mean
from equipoise.kernels import mmrm as kernel

Adjustment = Literal[
    "satterthwaite", "kenward-roger", "kenward-roger-linear", "between-within", "residual"
]
Errors = Literal["model", "empirical"]
LikelihoodKind = Literal["reml", "ml"]
ADJUSTMENTS: tuple[Adjustment, ...] = get_args(Adjustment)

_STEPS = 200  # Newton steps before the fit is given up
_HALVINGS = 40  # of one step
_CONVERGED = 1e-10  # Newton decrement of the deviance; the step still taken squares what is left
_ROUNDING = 1e-13  # relative: a deviance that rises by no more has not risen
_DRIFT = 30.0  # |parameter| beyond which a standard deviation or correlation is at its bound


@dataclass(frozen=True, slots=True)
class MMRM:
    """A fitted model; K covariance parameters, p coefficients, m visits.

    deviance : -2 log likelihood, the restricted one unless `criterion` is ml
    covariance : (m, m) of the visits, or (G, m, m) one for each of `groups`
    beta_covariance : (p, p) A^-1; adjusted : (p, p) the covariance used in tests
    slopes : (K, p, p) of A in the parameters; theta_covariance : (K, K) from the observed Hessian
    within : (p,) bool, coefficients whose column varies within a subject
    """

    names: tuple[str, ...]
    visits: tuple[str, ...]
    structure: Structure
    adjustment: Adjustment
    deviance: float
    beta: Floats
    adjusted: Floats
    beta_covariance: Floats
    covariance: Floats
    theta: Floats
    theta_covariance: Floats
    slopes: Floats
    within: npt.NDArray[np.bool_]
    subjects: int
    observations: int
    criterion: LikelihoodKind = "reml"
    groups: tuple[str, ...] = ()

    def __repr__(self) -> str:
        by = f" by {', '.join(self.groups)}" if self.groups else ""
        return (
            f"MMRM {structures.STRUCTURE_NAMES[self.structure]}{by}, {self.adjustment}: "
            f"{self.subjects} subjects, {self.observations} observations, "
            f"-2 {self.criterion.upper()} log likelihood {self.deviance:.2f}"
        )


def mmrm(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    subject: npt.ArrayLike,
    visit: npt.ArrayLike,
    covariance: Structure = "us",
    adjustment: Adjustment = "satterthwaite",
    errors: Errors = "model",
    names: tuple[str, ...] = (),
) -> MMRM:
    """Fit y = x b + e, where the errors of one subject are correlated over visits.

    y : (n,) response, NaN where missing; x : (n, p) design of full column rank
    subject : (n,) labels; visit : (n,) labels whose sorted order is the order of visits
    covariance : us, toep, toeph, ar1, ar1h, cs, csh, ad or adh
    adjustment : degrees of freedom and covariance of the coefficients; "kenward-roger-linear"
        leaves out second derivatives, as SAS ddfm = kr(linear)
    errors : "model" from the likelihood or "empirical", robust to a wrong covariance structure
    Raises   InputError if the design is not of full rank, a subject has one visit twice, or the
             likelihood has no optimum inside its bounds.
    Source   Mallinckrodt et al. 2008, Drug Inf J 42:303; Kenward & Roger 1997, Biometrics 53:983;
             Fai & Cornelius 1996 (Satterthwaite).
    Checked  tests/oracle/continuous (R mmrm); tests/byhand; twin `kernels.mmrm.deviance_plain`.
    """
    _known(covariance, structures.STRUCTURES, "covariance")
    data = arrange(y, x, subject=subject, visit=visit, names=names)
    begin = structures.start(covariance, _spread(data.rows, data.seen))
    theta = _maximize(kernel.crossproducts(data.rows, data.seen), covariance, begin)
    return fit_at(data, theta, covariance=covariance, adjustment=adjustment, errors=errors)


def fit_at(
    data: Arranged,
    theta: Floats,
    *,
    covariance: Structure,
    adjustment: Adjustment = "satterthwaite",
    errors: Errors = "model",
) -> MMRM:
    """The fit if the covariance parameters were `theta`, (K,): generalized least squares.

    Raises   InputError if the adjustment is not known or does not go with empirical errors.
    """
    _known(adjustment, ADJUSTMENTS, "adjustment")
    _known(errors, ("model", "empirical"), "errors")
    if errors == "empirical" and adjustment.startswith("kenward-roger"):
        raise InputError("Kenward-Roger adjusts model-based errors: expected another adjustment")
    sums = kernel.crossproducts(data.rows, data.seen)
    sigma = structures.covariance(covariance, theta, data.seen.shape[1])
    at = kernel.likelihood(sums, sigma)
    theta_covariance = np.asarray(2 * np.linalg.inv(at.hessian), dtype=np.float64)
    adjusted = _adjusted(adjustment, sums, sigma, at, theta_covariance)
    if errors == "empirical":
        adjusted = kernel.sandwich(data.rows, data.seen, sigma.value, at.beta, at.beta_covariance)
    back = np.linalg.inv(data.root)
    return MMRM(
        names=data.names,
        visits=data.visits,
        structure=covariance,
        adjustment=adjustment,
        deviance=at.deviance + 2 * float(np.linalg.slogdet(data.root)[1]),
        beta=data.offset + back @ at.beta,
        adjusted=back @ adjusted @ back.T,
        beta_covariance=back @ at.beta_covariance @ back.T,
        covariance=sigma.value,
        theta=theta,
        theta_covariance=theta_covariance,
        slopes=data.root.T @ at.information_slopes @ data.root,
        within=data.within,
        subjects=len(data.rows),
        observations=sums.observations,
    )


def _known(word: str, words: tuple[str, ...], name: str) -> None:
    if word not in words:
        guess = did_you_mean(word, words)
        raise InputError(f'{name} "{word}": expected one of {", ".join(words)}{guess}')


def _spread(rows: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """Standard deviation of ordinary residuals by visit, (m,)."""
    residual = rows[..., -1]
    variance = (residual**2).sum(axis=0) / seen.sum(axis=0)
    overall = float((residual**2).sum() / seen.sum())
    if overall == 0:
        raise InputError("the response is fitted without error: expected it to vary")
    return np.asarray(np.sqrt(np.maximum(variance, 1e-3 * overall)))


def _maximize(data: kernel.Crossproducts, structure: Structure, theta: Floats) -> Floats:
    """The parameters of least deviance, by Newton steps with exact derivatives."""
    visits = data.seen.shape[1]
    for _ in range(_STEPS):
        at = kernel.likelihood(data, structures.covariance(structure, theta, visits))
        step = _direction(at.hessian, at.gradient)
        decrement = float(-at.gradient @ step)
        if abs(decrement) < _CONVERGED:
            return _checked_inside(theta + step, at)
        theta = _shortened(data, structure, theta, step, at)
    raise InputError(_NO_OPTIMUM)


_NO_OPTIMUM = (
    "the restricted likelihood has no optimum inside its bounds:"
    " expected a simpler covariance structure for so few subjects or visits"
)


def _direction(hessian: Floats, gradient: Floats) -> Floats:
    """Newton's step, downhill also where the Hessian is not positive definite."""
    values, vectors = np.linalg.eigh(hessian)
    size = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    return np.asarray(-vectors @ ((vectors.T @ gradient) / size))


def _shortened(
    data: kernel.Crossproducts,
    structure: Structure,
    theta: Floats,
    step: Floats,
    at: kernel.RestrictedLikelihood,
) -> Floats:
    """The first of the step's halvings that lowers the deviance."""
    visits = data.seen.shape[1]
    slope = float(at.gradient @ step)
    scale = min(1.0, 2.0 / float(np.abs(step).max()))
    for _ in range(_HALVINGS):
        tried = theta + scale * step
        sigma = structures.covariance(structure, tried, visits).value
        allowed = at.deviance + 1e-4 * scale * slope + _ROUNDING * abs(at.deviance)
        if kernel.deviance(data, sigma) <= allowed:
            return tried
        scale /= 2
    raise InputError(_NO_OPTIMUM)


def _checked_inside(theta: Floats, at: kernel.RestrictedLikelihood) -> Floats:
    if np.abs(theta).max() > _DRIFT or np.linalg.eigvalsh(at.hessian)[0] <= 0:
        raise InputError(_NO_OPTIMUM)
    return theta


def _adjusted(
    adjustment: Adjustment,
    data: kernel.Crossproducts,
    sigma: kernel.Covariance,
    at: kernel.RestrictedLikelihood,
    theta_covariance: Floats,
) -> Floats:
    """Covariance of the coefficients that tests use."""
    if not adjustment.startswith("kenward-roger"):
        return at.beta_covariance
    if adjustment == "kenward-roger-linear":
        sigma = sigma._replace(second=np.zeros_like(sigma.second))
    return kernel.kenward_roger(
        data, sigma, at.information_slopes, at.beta_covariance, theta_covariance
    )
