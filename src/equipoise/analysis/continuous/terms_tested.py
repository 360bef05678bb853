"""Tests of each term of a linear or mixed model, each adjusted for all others (type III)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc

from equipoise.analysis.continuous.ancova import Linear
from equipoise.analysis.continuous.contrasts import FTest
from equipoise.analysis.continuous.design import LinearModel, Term
from equipoise.analysis.continuous.mmrm.contrast import f_test
from equipoise.analysis.continuous.mmrm.fit import MMRM
from equipoise.arrays import Floats
from equipoise.errors import InputError


class TermTest(NamedTuple):
    """The F test of one term, such as ("arm", "visit")."""

    term: Term
    test: FTest

    @property
    def name(self) -> str:
        """The columns of the term, joined: `arm by visit`."""
        return " by ".join(self.term)


def terms_tested(fit: MMRM | Linear, model: LinearModel) -> tuple[TermTest, ...]:
    """Type III tests: every term but the intercept, with all others in the model.

    A main effect is averaged over the levels of the factors it interacts with, all alike; of a
    factor that interacts with a covariate it is where the covariate is 0.
    fit : of `model`'s design
    Raises   InputError if the fit has not the model's columns.
    Source   Searle 1987, section 9.2; SAS's type III where every combination was observed.
    Checked  tests/oracle/tables (R car::Anova, nlme::anova.gls marginal, sum-to-zero contrasts);
             tests/byhand/test_terms_tested.py.
    """
    if tuple(fit.names) != model.names:
        raise InputError("fit: its coefficients are not the model's columns")
    turned: Floats = np.asarray(np.linalg.inv(_from_sums(model)), np.float64)
    found, at = [], 0
    for term in model.terms:
        size = int(np.prod([_columns(model, name) for name in term], dtype=int))
        rows, at = turned[at : at + size], at + size
        if term:
            test = f_test(fit, rows) if isinstance(fit, MMRM) else linear_f_test(fit, rows)
            found.append(TermTest(term, test))
    return tuple(found)


def _columns(model: LinearModel, name: str) -> int:
    return len(model.levels[name]) - 1 if name in model.levels else 1


def _from_sums(model: LinearModel) -> Floats:
    """(p, p) the model's coefficients from those of the same model with sum-to-zero factors.

    A factor's columns in that coding are a product of its own; the product of a term's factors
    over every combination of levels, which both codings span, gives one from the other.
    """
    names = [name for name in (*model.levels, *model.means) if any(name in t for t in model.terms)]
    sizes = [len(model.levels[name]) if name in model.levels else 2 for name in names]
    grid = np.stack(np.meshgrid(*(np.arange(s) for s in sizes), indexing="ij"), -1)
    cells = grid.reshape(-1, len(names))
    own, sums = {}, {}
    for j, name in enumerate(names):
        if name in model.levels:
            k = sizes[j]
            own[name] = np.eye(k)[cells[:, j], 1:]
            sums[name] = np.vstack((np.eye(k - 1), -np.ones(k - 1)))[cells[:, j]]
        else:
            own[name] = sums[name] = cells[:, [j]].astype(np.float64)
    return np.asarray(np.linalg.lstsq(_design(own, model), _design(sums, model), rcond=None)[0])


def _design(pieces: dict[str, Floats], model: LinearModel) -> Floats:
    """The columns of every term, the first piece's level moving fastest, as `design` has them."""
    n = len(next(iter(pieces.values())))
    parts = []
    for term in model.terms:
        out = np.ones((n, 1))
        for name in term:
            out = (pieces[name][:, :, None] * out[:, None, :]).reshape(n, -1)
        parts.append(out)
    return np.concatenate(parts, axis=1)


def linear_f_test(fit: Linear, rows: Floats) -> FTest:
    """Test that every row of `rows` times the coefficients of least squares is nought."""
    q, gap = len(rows), rows @ fit.beta
    statistic = float(gap @ np.linalg.solve(rows @ fit.covariance @ rows.T, gap)) / q
    return FTest(statistic, q, float(fit.df), float(fdtrc(q, fit.df, max(statistic, 0.0))))
