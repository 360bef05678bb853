"""Mixed models by maximum likelihood, or with a covariance of its own in each group of subjects."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.mmrm import structures
from equipoise.analysis.continuous.mmrm.arrange import Arranged, arrange
from equipoise.analysis.continuous.mmrm.fit import (
    ADJUSTMENTS,
    MMRM,
    Adjustment,
    Errors,
    LikelihoodKind,
)
from equipoise.analysis.continuous.mmrm.structures import Structure
from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError, did_you_mean
from equipoise.frames import Labels
from equipoise.kernels import mmrm as kernel
from equipoise.kernels import mmrm_groups as grouped

_STEPS, _HALVINGS = 200, 40
_CONVERGED = 1e-10  # Newton decrement of the deviance
_ROUNDING = 1e-13  # relative: a deviance that rises by no more has not risen
_DRIFT = 30.0  # |parameter| beyond which a standard deviation or correlation is at its bound

_NO_OPTIMUM = (
    "the likelihood has no optimum inside its bounds: expected a simpler covariance structure, or "
    "fewer groups, for so few subjects or visits"
)


class Grouped(NamedTuple):
    """The data of each group, and how its parameters make a covariance."""

    data: tuple[kernel.Crossproducts, ...]
    structure: Structure
    visits: int
    restricted: bool

    def split(self, theta: Floats) -> list[Floats]:
        """The parameters of each group."""
        return np.split(theta, len(self.data))

    def covariances(self, theta: Floats) -> list[kernel.Covariance]:
        """The covariance of each group with its derivatives."""
        return [structures.covariance(self.structure, t, self.visits) for t in self.split(theta)]

    def at(self, theta: Floats) -> kernel.RestrictedLikelihood:
        """The likelihood with its derivatives."""
        sigma = self.covariances(theta)
        return grouped.grouped_likelihood(self.data, sigma, restricted=self.restricted)

    def deviance(self, theta: Floats) -> float:
        """-2 log likelihood."""
        values = [sigma.value for sigma in self.covariances(theta)]
        return grouped.grouped_deviance(self.data, values, restricted=self.restricted)


def grouped_mmrm(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    subject: npt.ArrayLike,
    visit: npt.ArrayLike,
    group: Labels | None = None,
    criterion: LikelihoodKind = "reml",
    covariance: Structure = "us",
    adjustment: Adjustment = "satterthwaite",
    errors: Errors = "model",
    names: tuple[str, ...] = (),
) -> MMRM:
    """As `mmrm`, by maximum likelihood or with a covariance in each group.

    group : (n,) labels, constant within a subject, or None for one covariance; criterion : "reml",
        or "ml" for the full likelihood, whose deviances compare models of other means
    Raises   InputError as `mmrm`; if a subject is of two groups; for Kenward-Roger's adjustment,
             which is of restricted fits, by maximum likelihood.
    Source   Laird & Ware 1982, Biometrics 38:963; SAS MIXED, REPEATED / GROUP=.
    Checked  tests/oracle/tables (R nlme::gls); tests/byhand/test_mixed_by_hand.py; twin
             `grouped_deviance_plain`.
    """
    for word, words, name in (
        (covariance, structures.STRUCTURES, "covariance"),
        (adjustment, ADJUSTMENTS, "adjustment"),
        (criterion, ("reml", "ml"), "criterion"),
        (errors, ("model", "empirical"), "errors"),
    ):
        if word not in words:
            guess = did_you_mean(word, words)
            raise InputError(f'{name} "{word}": expected one of {", ".join(words)}{guess}')
    kenward_roger = adjustment.startswith("kenward-roger")
    if kenward_roger and (criterion == "ml" or errors == "empirical"):
        raise InputError(
            "Kenward-Roger adjusts model-based errors of a restricted fit: expected another "
            "adjustment, such as satterthwaite"
        )
    arranged = arrange(y, x, subject=subject, visit=visit, names=names)
    code, levels = groups_of(y, subject, group)
    parts = [(arranged.rows[code == g], arranged.seen[code == g]) for g in range(len(levels))]
    model = Grouped(
        tuple(kernel.crossproducts(*part) for part in parts),
        covariance,
        arranged.seen.shape[1],
        criterion == "reml",
    )
    begin = [structures.start(covariance, _spread(*part)) for part in parts]
    theta = descended(model, np.concatenate(begin))
    return _fitted(model, arranged, theta, parts, levels, adjustment, errors)


def groups_of(
    y: npt.ArrayLike, subject: npt.ArrayLike, group: Labels | None
) -> tuple[SmallInts, tuple[str, ...]]:
    """The group of each subject with a response, subjects sorted; one group if none are given.

    Raises   InputError if a subject is of two groups, or a group has no responses.
    """
    seen = np.isfinite(np.asarray(y, dtype=float))
    who, place = np.unique(np.asarray(subject)[seen], return_inverse=True)
    if group is None:
        return np.zeros(who.size, np.int32), ("all",)
    if len(group.codes) != seen.size:
        raise InputError("group: expected one label for each row")
    code = np.full(who.size, -1, np.int32)
    code[place] = group.codes[seen]
    bad = code[place] != group.codes[seen]
    if bad.any():
        raise InputError(f"subject {who[place[bad][0]]} is of two groups: expected one for each")
    empty = [str(v) for g, v in enumerate(group.levels) if not (code == g).any()]
    if empty:
        raise InputError(f"group {', '.join(empty)}: no responses; expected some in every group")
    return code, tuple(str(level) for level in group.levels)


def _spread(rows: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """Standard deviation of ordinary residuals by visit, (m,); the group's own at a visit where
    nobody was seen.
    """
    square = (rows[..., -1] ** 2).sum(axis=0)
    overall = float(square.sum() / max(int(seen.sum()), 1))
    if overall == 0:
        raise InputError("the response is fitted without error: expected it to vary")
    count = seen.sum(axis=0)
    variance = np.where(count > 0, square / np.maximum(count, 1), overall)
    return np.asarray(np.sqrt(np.maximum(variance, 1e-3 * overall)))


def descended(model: Grouped, theta: Floats) -> Floats:
    """The parameters of least deviance, by Newton steps with exact derivatives.

    Raises   InputError if there is no optimum inside the bounds.
    """
    for _ in range(_STEPS):
        at = model.at(theta)
        values, vectors = np.linalg.eigh(at.hessian)
        size = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
        step = -vectors @ ((vectors.T @ at.gradient) / size)
        slope = float(at.gradient @ step)
        if -slope < _CONVERGED:
            if np.abs(theta + step).max() > _DRIFT or values[0] <= 0:
                break
            return np.asarray(theta + step)
        theta = _shortened(model, theta, step, slope, at.deviance)
    raise InputError(_NO_OPTIMUM)


def _shortened(model: Grouped, theta: Floats, step: Floats, slope: float, before: float) -> Floats:
    """The first of the step's halvings that lowers the deviance."""
    scale = min(1.0, 2.0 / float(np.abs(step).max()))
    for _ in range(_HALVINGS):
        tried = theta + scale * step
        if model.deviance(tried) <= before + 1e-4 * scale * slope + _ROUNDING * abs(before):
            return np.asarray(tried)
        scale /= 2
    raise InputError(_NO_OPTIMUM)


def _fitted(
    model: Grouped,
    arranged: Arranged,
    theta: Floats,
    parts: list[tuple[Floats, npt.NDArray[np.bool_]]],
    levels: tuple[str, ...],
    adjustment: Adjustment,
    errors: Errors,
) -> MMRM:
    """The coefficients and the covariance that tests use, out of the orthonormal basis."""
    at, sigma = model.at(theta), model.covariances(theta)
    theta_covariance = np.asarray(2 * np.linalg.inv(at.hessian), dtype=np.float64)
    adjusted = at.beta_covariance
    if adjustment.startswith("kenward-roger"):
        bent = sigma
        if adjustment == "kenward-roger-linear":
            bent = [s._replace(second=np.zeros_like(s.second)) for s in sigma]
        adjusted = grouped.grouped_kenward_roger(
            model.data, bent, at.information_slopes, adjusted, theta_covariance
        )
    if errors == "empirical":
        adjusted = np.sum(
            [
                kernel.sandwich(*part, s.value, at.beta, at.beta_covariance)
                for part, s in zip(parts, sigma, strict=True)
            ],
            axis=0,
        )
    back = np.linalg.inv(arranged.root)
    # the full likelihood does not know in which basis the design was written
    basis = 2 * float(np.linalg.slogdet(arranged.root)[1]) if model.restricted else 0.0
    value = np.stack([s.value for s in sigma])
    return MMRM(
        names=arranged.names,
        visits=arranged.visits,
        structure=model.structure,
        adjustment=adjustment,
        deviance=at.deviance + basis,
        beta=arranged.offset + back @ at.beta,
        adjusted=back @ adjusted @ back.T,
        beta_covariance=back @ at.beta_covariance @ back.T,
        covariance=value[0] if len(levels) == 1 else value,
        theta=theta,
        theta_covariance=theta_covariance,
        slopes=arranged.root.T @ at.information_slopes @ arranged.root,
        within=arranged.within,
        subjects=len(arranged.rows),
        observations=sum(d.observations for d in model.data),
        criterion="reml" if model.restricted else "ml",
        groups=levels if len(levels) > 1 else (),
    )
