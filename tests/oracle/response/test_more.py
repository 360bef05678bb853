"""Methods of which the reference file has no entry: R 4.2.2 arithmetic beside each value."""

from __future__ import annotations

import pytest

from equipoise.analysis.response import difference, odds, rates, tables

EXACT = 1e-8  # relative: closed forms and distribution quantiles
GRID = 1e-7  # relative: the maximum over the nuisance rate, found by a bounded search on both sides

JEFFREYS = [
    # c(qbeta(.025, x + .5, n - x + .5), qbeta(.975, ...)); 0 at x = 0 and 1 at x = n
    (5, 10, 0.22352867025270523, 0.77647132974729471),
    (29, 124, 0.16606258452939993, 0.31393494035563907),
    (0, 10, 0, 0.21719626750921051),
    (10, 10, 0.78280373249078938, 1),
]
AGRESTI_COULL = [
    # z <- qnorm(.975); nt <- n + z^2; p <- (x + z^2/2)/nt; p + c(-1, 1)*z*sqrt(p*(1 - p)/nt)
    (29, 124, 0.16763875845507567, 0.31609679487141407),
    (81, 263, 0.25522066518999675, 0.36627743167107751),
]
STRATA = [20, 25, 12], [60, 50, 40], [12, 15, 10], [58, 52, 38]


@pytest.mark.parametrize(("x", "n", "lower", "upper"), JEFFREYS)
def test_jeffreys(x, n, lower, upper):
    assert rates.jeffreys(x, n) == pytest.approx((x / n, lower, upper), rel=EXACT)


@pytest.mark.parametrize(("x", "n", "lower", "upper"), AGRESTI_COULL)
def test_agresti_coull(x, n, lower, upper):
    assert rates.agresti_coull(x, n) == pytest.approx((x / n, lower, upper), rel=EXACT)


def test_wald():
    """p + c(-1, 1)*qnorm(.975)*sqrt(p*(1 - p)/n)"""
    expected = (29 / 124, 0.15936752100750418, 0.30837441447636676)
    assert rates.wald(29, 124) == pytest.approx(expected, rel=EXACT)


def test_mantel_haenszel_difference_with_the_variance_of_sato():
    """N <- n1 + n2; w <- n1*n2/N; rd <- sum(w*(x1/n1 - x2/n2))/sum(w)
    P <- sum((n1^2*x2 - n2^2*x1 + n1*n2*(n2 - n1)/2)/N^2)
    Q <- sum((x1*(n2 - x2) + x2*(n1 - x1))/(2*N))
    rd + c(-1, 1)*qnorm(.975)*sqrt((rd*P + Q)/sum(w)^2)"""
    found = difference.mantel_haenszel_difference(*STRATA)
    expected = (0.13212118091314795, 0.028232254900766376, 0.23601010692552954)
    assert found[:3] == pytest.approx(expected, rel=EXACT)


def test_mantel_haenszel_relative_risk():
    """R <- sum(x1*n2/N); S <- sum(x2*n1/N); v <- sum((n1*n2*(x1 + x2) - x1*x2*N)/N^2)/(R*S)
    R/S*exp(c(-1, 1)*qnorm(.975)*sqrt(v))"""
    found = odds.mantel_haenszel_relative_risk(*STRATA)
    expected = (1.5294625845192975, 1.0846065579645625, 2.1567782162726701)
    assert found == pytest.approx(expected, rel=EXACT)


BOSCHLOO = [
    # region: tables whose fisher.test P is at most the observed; max over p of its probability
    ((7, 15, 1, 14), 0.02464906498789788),
    ((8, 14, 3, 15), 0.044231536109849937),
    ((4, 9, 0, 12), 0.011467201485803102),
]
BARNARD = [
    # scipy 1.17.1: scipy.stats.barnard_exact([[x1, x2], [n1 - x1, n2 - x2]], n=512).pvalue
    ((7, 15, 1, 14), 0.024481259286403798),
    ((8, 14, 3, 15), 0.04901982920303671),
    ((4, 9, 0, 12), 0.008263602177167323),
    ((56, 70, 48, 80), 0.008865192016971621),
]


@pytest.mark.parametrize(("counts", "p"), BOSCHLOO)
def test_boschloo(counts, p):
    assert tables.boschloo(*counts).p == pytest.approx(p, rel=GRID)


@pytest.mark.parametrize(("counts", "p"), BARNARD)
def test_barnard(counts, p):
    assert tables.barnard(*counts).p == pytest.approx(p, rel=GRID)
