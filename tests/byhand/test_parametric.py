"""Exponential times by hand: events over time at risk.

control       1+ 3 5 7   3 events in 16      experimental  2 4 6+ 8+   2 events in 20
hazards 3/16 and 1/10, ratio 8/15; the log ratio has variance 1/3 + 1/2
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival.parametric import parametric_loglik_plain, parametric_times
from equipoise.errors import InputError

TIME = np.array([1, 3, 5, 7, 2, 4, 6, 8.0])
EVENT = np.array([0, 1, 1, 1, 1, 1, 0, 0]) == 1
ARM = np.repeat([0.0, 1.0], 4)


def test_exponential():
    fit = parametric_times(TIME, EVENT, ARM, names=("arm",))
    assert fit.names == ("(Intercept)", "arm")
    assert fit.coef == pytest.approx([math.log(16 / 3), math.log(15 / 8)])
    assert fit.se == pytest.approx([math.sqrt(1 / 3), math.sqrt(5 / 6)])
    assert fit.scale == 1
    assert fit.loglik == pytest.approx(3 * math.log(3 / 16) - 3 + 2 * math.log(1 / 10) - 2)
    half = 1.959963984540054 * math.sqrt(5 / 6)
    ratio = fit.hazard_ratio
    assert ratio.estimate[0] == pytest.approx(8 / 15)
    assert ratio.lower[0] == pytest.approx(8 / 15 * math.exp(-half))
    assert fit.time_ratio.upper[0] == pytest.approx(15 / 8 * math.exp(half))


def test_hazards_of_other_laws_are_not_proportional():
    assert parametric_times(TIME, EVENT, ARM, distribution="lognormal").hazard_ratio is None


@pytest.mark.parametrize("distribution", ["exponential", "weibull", "lognormal", "loglogistic"])
def test_the_likelihood_is_that_of_each_row(distribution):
    fit = parametric_times(TIME, EVENT, ARM, distribution=distribution)
    plain = parametric_loglik_plain(TIME, EVENT, ARM, fit.coef, fit.scale, distribution)
    assert fit.loglik == pytest.approx(plain, rel=1e-12)
    for moved in (np.add(fit.coef, (0.01, 0)), np.subtract(fit.coef, (0, 0.01))):
        worse = parametric_loglik_plain(TIME, EVENT, ARM, moved, fit.scale, distribution)
        assert worse < plain


def test_an_arm_without_events_has_no_ratio():
    with pytest.raises(InputError, match="arm: not estimable: the likelihood is monotone"):
        parametric_times(TIME, EVENT & (ARM == 0), ARM, names=("arm",))


def test_what_cannot_be():
    with pytest.raises(InputError, match=r"time\[1\]: 0 found"):
        parametric_times([1, 0, 2], [1, 1, 1], [0, 1, 1])
    with pytest.raises(InputError, match="expected one of exponential"):
        parametric_times(TIME, EVENT, ARM, distribution="gamma")
