"""Design matrices of factors and covariates, and the rows of their least-squares means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError, did_you_mean
from equipoise.frames import Labels

Regressor = Labels | Floats
Term = tuple[str, ...]
MeanWeights = Literal["equal", "proportional"]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A model of factors (first level as reference), covariates and their products.

    matrix : (n, p), names : (p,); levels by factor; means by covariate; codes : (n,) by factor
    """

    matrix: Floats
    names: tuple[str, ...]
    terms: tuple[Term, ...]
    levels: dict[str, tuple[Any, ...]]
    means: dict[str, float]
    codes: dict[str, SmallInts]

    def mean_row(self, at: Mapping[str, Any], *, weights: MeanWeights = "equal") -> Floats:
        """The row of a least-squares mean: factors in `at` at their level, the other factors
        averaged, covariates at their mean unless `at` gives a value.

        weights : every combination of the other factors alike ("equal"), or as often as it was
            observed ("proportional", SAS's observed margins)
        Raises   InputError if `at` names no column of the model or no level of a factor.
        Source   Searle, Speed & Milliken 1980, Am Stat 34:216 (population marginal means).
        Checked  tests/oracle/continuous, tests/oracle/tables (R emmeans).
        """
        if weights not in ("equal", "proportional"):
            raise InputError(f"weights: {weights!r} found; expected equal or proportional")
        for name in at:
            if name not in (*self.levels, *self.means):
                known = (*self.levels, *self.means)
                raise InputError(f"{name}: not in the model{did_you_mean(name, known)}")
        pieces = {name: self._average(name, at) for name in (*self.levels, *self.means)}
        share = np.ones(1)
        averaged = [name for name in self.levels if name not in at]
        if weights == "proportional" and averaged:
            seen = np.column_stack([self.codes[name] for name in averaged])
            found, count = np.unique(seen, axis=0, return_counts=True)
            share = count / count.sum()
            pieces = {name: np.repeat(piece, share.size, axis=0) for name, piece in pieces.items()}
            for name, codes in zip(averaged, found.T, strict=True):
                pieces[name] = np.eye(len(self.levels[name]))[codes, 1:]
        rows = [_product(pieces, term, share.size) for term in self.terms]
        return np.asarray(share @ np.concatenate(rows, axis=1))

    def _average(self, name: str, at: Mapping[str, Any]) -> Floats:
        if name in self.means:
            return np.array([[float(at.get(name, self.means[name]))]])
        levels = self.levels[name]
        if name not in at:
            return np.full((1, len(levels) - 1), 1 / len(levels))
        if at[name] not in levels:
            raise InputError(f"{name}: {at[name]} is not one of {', '.join(map(str, levels))}")
        return np.eye(len(levels))[[levels.index(at[name])], 1:]


def design(columns: Mapping[str, Regressor], terms: Sequence[Term]) -> LinearModel:
    """The design of an intercept and `terms`, in the order given.

    columns : Labels or (n,) float64 by name; terms : ("arm",), ("visit",), ("arm", "visit"), ...
    Raises   InputError if a term names no column, a factor has one level, or a product stands
             without its parts.
    """
    for term in terms:
        for name in term:
            if name not in columns:
                raise InputError(f"{name}: not among the columns{did_you_mean(name, columns)}")
        parts = [term[:k] + term[k + 1 :] for k in range(len(term))] if len(term) > 1 else []
        if any(part not in terms for part in parts):
            raise InputError(f"{' by '.join(term)}: expected its parts in the model too")
    used = {name: columns[name] for term in terms for name in term}
    pieces = {name: _dummies(name, column) for name, column in used.items()}
    size = len(next(iter(pieces.values()))) if pieces else 0
    whole: tuple[Term, ...] = ((), *terms)
    matrix = np.concatenate([_product(pieces, term, size) for term in whole], axis=1)
    labels = {name: _labels(name, column) for name, column in used.items()}
    return LinearModel(
        matrix,
        tuple(label for term in whole for label in _names(labels, term)),
        whole,
        {k: c.levels for k, c in used.items() if isinstance(c, Labels)},
        {k: float(c.mean()) for k, c in used.items() if not isinstance(c, Labels)},
        {k: c.codes for k, c in used.items() if isinstance(c, Labels)},
    )


def _dummies(name: str, column: Regressor) -> Floats:
    if not isinstance(column, Labels):
        return np.asarray(column, dtype=np.float64)[:, None]
    if len(column.levels) < 2:
        raise InputError(f"{name}: every row has the same value; expected at least two levels")
    return np.asarray(np.eye(len(column.levels))[column.codes, 1:])


def _product(pieces: Mapping[str, Floats], term: Term, size: int = 1) -> Floats:
    """Columns of a product of pieces, the first piece's level moving fastest."""
    out = np.ones((size, 1))
    for name in term:
        out = (pieces[name][:, :, None] * out[:, None, :]).reshape(size, -1)
    return out


def _labels(name: str, column: Regressor) -> tuple[str, ...]:
    if isinstance(column, Labels):
        return tuple(f"{name}{level}" for level in column.levels[1:])
    return (name,)


def _names(labels: Mapping[str, tuple[str, ...]], term: Term) -> list[str]:
    out = [""]
    for name in term:
        out = [f"{left}:{right}".lstrip(":") for right in labels[name] for left in out]
    return out if term else ["(Intercept)"]


def checked_rank(design: Floats, names: tuple[str, ...]) -> None:
    """Raises InputError naming the first column that the columns before it already determine."""
    n, p = design.shape
    if n <= p:
        raise InputError(f"{n} observations for {p} coefficients: expected more observations")
    scale = np.linalg.norm(design, axis=0)
    if (scale > 0).all() and np.linalg.matrix_rank(design / scale, tol=1e-9) == p:
        return
    for k in range(1, p + 1):
        part = design[:, :k] / np.where(scale[:k] > 0, scale[:k], 1.0)
        if np.linalg.matrix_rank(part, tol=1e-9) < k:
            raise InputError(
                f"design column {names[k - 1]} follows from the columns before it:"
                " expected a level or covariate that adds something"
            )
