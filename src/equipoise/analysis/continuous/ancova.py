"""Analysis of covariance: arms compared at one visit, adjusted for baseline and factors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipoise.analysis.continuous.contrasts import Contrast, Difference, Mean, t_test
from equipoise.analysis.continuous.design import (
    LinearModel,
    MeanWeights,
    Regressor,
    checked_rank,
    design,
)
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.frames import Labels


@dataclass(frozen=True, slots=True)
class Linear:
    """Ordinary least squares: (p,) coefficients, their (p, p) covariance, residual s.d. and df."""

    names: tuple[str, ...]
    beta: Floats
    covariance: Floats
    sigma: float
    df: int

    def contrast(self, weights: npt.ArrayLike, *, level: float = 0.95) -> Contrast:
        """weights'b with its t test; raises InputError unless there is a weight a coefficient."""
        c = np.asarray(weights, dtype=float)
        if c.shape != self.beta.shape or not c.any():
            raise InputError(f"weights: expected {len(self.beta)} numbers, not all nought")
        error = math.sqrt(float(c @ self.covariance @ c))
        return t_test(float(c @ self.beta), error, self.df, level=level)


@dataclass(frozen=True, slots=True)
class Ancova:
    """Least-squares means by arm and their differences from the control."""

    fit: Linear
    means: tuple[Mean, ...]
    differences: tuple[Difference, ...]

    def __repr__(self) -> str:
        lines = (
            f"{d.arm} v {d.control} {d.value.estimate:.3g} "
            f"({d.value.lower:.3g} to {d.value.upper:.3g})"
            for d in self.differences
        )
        return "ANCOVA  " + "; ".join(lines)


def least_squares(y: npt.ArrayLike, x: LinearModel) -> Linear:
    """Ordinary least squares of y, (n,) finite, on a design.

    Raises   InputError if the design is not of full rank or y is fitted without error.
    Checked  tests/oracle/continuous (R lm).
    """
    response = np.asarray(y, dtype=float)
    if response.shape != (len(x.matrix),) or not np.isfinite(response).all():
        raise InputError(f"y: expected {len(x.matrix)} finite numbers, one for each row")
    checked_rank(x.matrix, x.names)
    q, r = np.linalg.qr(x.matrix)
    beta = np.linalg.solve(r, q.T @ response)
    residual = response - x.matrix @ beta
    df = len(response) - len(beta)
    variance = float(residual @ residual) / df
    if variance <= 1e-24 * float(response @ response):
        raise InputError("y: fitted without error; expected a response that varies")
    inverse = np.linalg.inv(r)
    covariance = np.asarray(variance * inverse @ inverse.T, dtype=np.float64)
    return Linear(x.names, beta, covariance, math.sqrt(variance), df)


def ancova(
    y: npt.ArrayLike,
    *,
    arm: Labels,
    covariates: Mapping[str, Regressor] | None = None,
    weights: MeanWeights = "equal",
    level: float = 0.95,
) -> Ancova:
    """Compare arms in y, adjusted for covariates; the first arm is the control.

    y : (n,) response or change; arm : (n,) labels; covariates : (n,) numbers or labels by name
    weights : of the other factors' levels in a least-squares mean, as `LinearModel.mean_row`
    Raises   InputError if the design is not of full rank or a number is missing.
    Source   ICH E9; EMA 2015, guideline on adjustment for baseline covariates.
    Checked  tests/oracle/continuous (R lm); tests/byhand.
    """
    columns: dict[str, Regressor] = {**(covariates or {}), "arm": arm}
    model = design(columns, [(name,) for name in columns])
    fit = least_squares(y, model)
    rows = {a: model.mean_row({"arm": a}, weights=weights) for a in arm.levels}
    control = arm.levels[0]
    return Ancova(
        fit,
        tuple(Mean(a, None, fit.contrast(rows[a], level=level)) for a in arm.levels),
        tuple(
            Difference(a, control, None, fit.contrast(rows[a] - rows[control], level=level))
            for a in arm.levels[1:]
        ),
    )
