"""Newton's method on a log likelihood, and what becomes of it where there is no maximum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival.arrays import first_row
from equipoise.analysis.survival.regression.separation import runaway
from equipoise.arrays import Bools, Floats
from equipoise.errors import InputError
from equipoise.kernels.survival.newton import ALMOST, FADED, FLAT, RUNNING, STILL

MONOTONE = "not estimable: the likelihood is monotone (no events, or complete separation)"

_STEPS = 40
"""Newton steps allowed; 5 are usual, and each step along a diverging coefficient adds about 1."""

SETTLED = 1e-10
"""A Newton step this small, in within-risk-set standard deviations, is not worth taking."""


class Derivatives(NamedTuple):
    """A log likelihood with its gradient (p,) and information (p, p) at some coefficients."""

    loglik: float
    score: Floats
    info: Floats


At = Callable[[Floats], Derivatives]
"""The likelihood as a function of the coefficients."""


class Ground(NamedTuple):
    """What steps are measured by.

    spread : (p,) of each covariate within the risk sets; events : their number, or weight
    """

    spread: Floats
    events: float


class Maximum(NamedTuple):
    """Where Newton's steps ended.

    beta : (p,); null : at 0; best : at beta; steps : number taken
    free : (k, p) directions in which the likelihood has no maximum; beta stands where steps ended
    """

    beta: Floats
    null: Derivatives
    best: Derivatives
    steps: int
    free: Floats

    @property
    def endless(self) -> Bools:
        """(p,) True for a coefficient that has no finite estimate."""
        return np.asarray((self.free != 0).any(axis=0), np.bool_)

    @property
    def inverse(self) -> Floats:
        """(p, p) the inverse information of all that the likelihood holds.

        Of five levels of which none but their differences has an estimate, the differences are
        estimated too; what stands where a coefficient is endless is no variance.
        """
        return inverse_beside(self.best.info, self.free)

    def known(self, variance: Floats) -> Floats:
        """(p, p) a variance with NaN for the coefficients that have no estimate."""
        out = variance.copy()
        out[self.endless] = np.nan
        out[:, self.endless] = np.nan
        return out


def ascend(
    at: At,
    null: Derivatives,
    ground: Ground,
    pairs: Callable[[], Floats],
    *,
    start: Floats | None = None,
) -> Maximum:
    """Newton's method with step halving from 0, where the likelihood is `null` (or from `start`).

    Where steps find no maximum, or one that is almost level, `pairs` are asked whether the
    likelihood is monotone in a direction, as `separation.runaway` reads them.
    Raises   InputError if it is not and there is no maximum within the steps allowed.
    """
    spread = ground.spread
    beta = np.zeros(spread.size) if start is None else start
    now = null if start is None else at(beta)
    # where events are told apart completely the likelihood goes to 0, and is no measure of itself
    none = FLAT * (abs(null.loglik) + ground.events)
    settled, count = False, 0
    while not settled and count < _STEPS:
        count += 1
        step = newton_step(now)
        size = float(np.max(np.abs(step) * spread))
        if settled := size <= SETTLED:
            break
        before = now.loglik
        beta, now = uphill(at, beta, step, now, none)
        settled = size <= ALMOST
        if size > RUNNING and now.loglik - before <= none:
            break
    if settled and left(now.info, ground) > FADED:
        return Maximum(beta, null, now, count, np.empty((0, spread.size)))
    free = runaway(pairs(), spread)
    if not settled and not len(free):
        raise InputError(f"covariates: the likelihood has no maximum within {_STEPS} steps")
    if 0 < len(free) < spread.size:
        beta, now = beside(at, beta, now, free)
    return Maximum(beta, null, now, count, free)


def inverse_beside(info: Floats, free: Floats) -> Floats:
    """(p, p) the inverse of the information over all directions but those that are free."""
    if not len(free):
        return np.asarray(np.linalg.inv(info), np.float64)
    scale = np.sqrt(np.maximum(info.diagonal(), np.finfo(np.float64).tiny))
    axis = np.linalg.svd(free * scale, full_matrices=True)[2][len(free) :]
    held = np.linalg.inv(axis @ (info / np.outer(scale, scale)) @ axis.T)
    return np.asarray(axis.T @ held @ axis / np.outer(scale, scale), np.float64)


def beside(at: At, beta: Floats, now: Derivatives, free: Floats) -> tuple[Floats, Derivatives]:
    """The maximum over all directions that have one, held where it is along the others."""
    for _ in range(_STEPS):
        step = inverse_beside(now.info, free) @ now.score
        new = at(beta + step)
        if not (new.loglik > now.loglik and np.isfinite(new.info).all()):
            break
        beta, now = beta + step, new
    return beta, now


def uphill(
    at: At, beta: Floats, step: Floats, now: Derivatives, none: float
) -> tuple[Floats, Derivatives]:
    """Where a step leads, halved until the likelihood does not fall and can be computed."""
    for _ in range(_STEPS):
        new = at(beta + step)
        if new.loglik >= now.loglik - none and np.isfinite(new.info).all():
            return beta + step, new
        step = step / 2
    return beta, now


def newton_step(at: Derivatives) -> Floats:
    """Solve information times step = gradient, by least squares where the information fades."""
    if at.score.size == 1 and at.info[0, 0] > 0:
        return np.asarray(at.score / at.info[0], np.float64)
    try:
        step: Any = np.linalg.solve(at.info, at.score)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(at.info, at.score, rcond=None)[0]
    return np.asarray(step, np.float64)


def left(info: Floats, ground: Ground) -> float:
    """The information left in the direction that has least, of that at 0."""
    scaled = info / np.outer(ground.spread, ground.spread) / ground.events
    return float(np.linalg.eigvalsh(scaled)[0])


def scale_of(x: Floats) -> Floats:
    """(p,) the root mean square of each centered covariate."""
    return np.asarray(np.sqrt(np.mean(x**2, axis=0)), np.float64)


def independent(info: Floats, events: float, scale: Floats) -> Ground:
    """The spread of each covariate within the risk sets, all of them varying on their own.

    info : (p, p) at 0; events : their number, or weight
    scale : (p,) its spread over all rows; within the risk sets it must exceed what rounding leaves
    Raises   InputError naming by number the first column that is constant or a sum of others.
    """
    spread: Floats = np.sqrt(np.maximum(info.diagonal(), 0.0) / events)
    still = spread <= STILL * scale
    if still.any():
        j = first_row(still)
        raise InputError(f"covariate {j}: the same for all at risk at every event; no coefficient")
    scaled = info / np.outer(spread, spread) / events
    for j in range(1, spread.size):
        if np.linalg.matrix_rank(scaled[: j + 1, : j + 1], tol=1e-10, hermitian=True) <= j:
            raise InputError(f"covariate {j}: a sum of the covariates before it")
    return Ground(spread, events)


def by_name(labels: tuple[str, ...], found: Callable[[], Maximum]) -> Maximum:
    """The maximum, with a refused covariate called by its name.

    Raises   InputError as `found`.
    """
    try:
        return found()
    except InputError as error:
        head, _, rest = str(error).partition(":")
        word, _, number = head.partition(" ")
        if word == "covariate":
            raise InputError(f"{labels[int(number)]}:{rest}") from None
        raise
