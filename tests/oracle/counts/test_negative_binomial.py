"""Negative binomial regression against R's MASS::glm.nb on MASS::quine."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.counts.negative_binomial import negative_binomial

DATA = pl.read_csv(Path(__file__).parent / "quine.csv")
Y, T = DATA["days"].to_numpy(), DATA["exposure"].to_numpy()
ONE = np.ones(DATA.height)
OPTIMUM = 1e-7  # R's own iterations stop at about that

# f <- glm.nb(Days ~ Sex + Eth + offset(log(t)),
#             control = glm.control(epsilon = 1e-14, maxit = 200))
# coef(f); sqrt(diag(vcov(f))); f$theta; logLik(f)    with t = exposure
WITH_OFFSET = (
    [2.30189673119, 0.154540250968, -0.682798687864],
    [0.147524891148, 0.174290526186, 0.173658756731],
    0.969276167214,
    -566.264426726,
)
# g <- glm.nb(Days ~ Sex, ...)
PLAIN = (
    [2.7229388136, 0.164904497947],
    [0.111617602369, 0.165554814445],
    1.07411652384,
    -558.637155212,
)


@pytest.mark.parametrize(
    ("columns", "exposure", "expected"),
    [(["sex", "eth"], T, WITH_OFFSET), (["sex"], ONE, PLAIN)],
)
def test_as_glm_nb(columns, exposure, expected):
    x = np.column_stack([ONE, DATA.select(columns).to_numpy()])
    if "eth" in columns:
        x[:, 2] = DATA["eth"].to_numpy()
    fit = negative_binomial(Y, x, exposure=exposure)
    coef, se, theta, loglik = expected
    assert fit.coef == pytest.approx(coef, rel=OPTIMUM)
    assert fit.se == pytest.approx(se, rel=OPTIMUM)
    assert 1 / fit.dispersion == pytest.approx(theta, rel=OPTIMUM)
    assert fit.loglik == pytest.approx(loglik, rel=1e-9)
