"""Cox by hand: one covariate, a tie of two.

    time  1  1  2+  3        (+ is censored)
    x     1  0  1   0
With r = exp(b): at time 1 all four are at risk, 2 + 2r in sum, and both events (r and 1) are tied;
at time 3 only the last row is at risk and adds nothing.
    Breslow  l = b - 2 log(2 + 2r)          l' = 1 - 2 r/(1 + r)               zero at b = 0
    Efron    l = b - log(2 + 2r) - log(2 + 2r - (1 + r)/2)  the same shape, so again b = 0
    exact    l = b - log(e2), e2 = 1 + 4r + r^2
             l' = 1 - (4r + 2r^2) / (1 + 4r + r^2)                              zero at r = 1
    information at 0: Breslow 2/4 = 1/2; Efron 1/4 + 1/4 = 1/2;
                      exact, pairs with 0, 1, 2 of x in 1:4:1, variance 2/6 = 1/3
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival import cox, hazard_ratio, residuals

TIME = np.array([1, 1, 2, 3])
EVENT = np.array([1, 1, 0, 1])
X = np.array([1, 0, 1, 0])


@pytest.mark.parametrize(
    ("ties", "loglik", "info"),
    [
        ("breslow", -2 * math.log(4), 1 / 2),
        ("efron", -math.log(4) - math.log(3), 1 / 2),
        ("exact", -math.log(6), 1 / 3),
    ],
)
def test_tied_pair(ties, loglik, info):
    fit = cox(TIME, EVENT, X, ties=ties)
    assert fit.coef[0] == pytest.approx(0, abs=1e-12)
    assert fit.loglik[0] == pytest.approx(loglik)
    assert fit.se[0] == pytest.approx(math.sqrt(1 / info))


def test_untied_maximum():
    # arms 0 1 0 1 in order of time, all events:
    # l = 2b - log(2 + 2r) - log(1 + 2r) - log(1 + r) - log(r)
    # l' = 1 - 2r / (1 + r) - 2r / (1 + 2r)
    fit = hazard_ratio([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1])
    r = float(fit.hr[0])
    assert 1 - 2 * r / (1 + r) - 2 * r / (1 + 2 * r) == pytest.approx(0, abs=1e-12)


def test_martingale_residuals_under_efron_ties():
    # at b = 0 the hazards at time 1 are 1/4 and 1/3: those who stay carry 7/12, each tied event
    # 1/4 + 1/2 * 1/3 = 5/12; the last row adds its own 1
    fit = cox(TIME, EVENT, X)
    expected = [1 - 5 / 12, 1 - 5 / 12, -7 / 12, 1 - 7 / 12 - 1]
    assert residuals(fit).martingale == pytest.approx(expected)


def test_late_entry_leaves_the_earlier_risk_set():
    # the last row enters at 2, after the event at 1 and so outside its risk set of two;
    # at 3 it is at risk with row 2, at 4 alone
    fit = cox([1, 3, 4], [1, 1, 1], [1, 0, 1], start=[0, 0, 2])
    # l = b - log(1 + r) + 0 - log(1 + r) + b - log(r) = b - 2 log(1 + r), maximum at r = 1
    assert fit.coef[0] == pytest.approx(0, abs=1e-12)
    assert fit.loglik[1] == pytest.approx(-2 * math.log(2))


def test_no_events_in_an_arm_is_said_not_printed():
    fit = hazard_ratio([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1])
    assert math.isnan(fit.coef[0])
    assert "not estimable" in fit.notes[0]
    assert fit.score.statistic > 0
