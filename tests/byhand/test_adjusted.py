"""The covariate-adjusted log-rank test by hand.

arm 0: 1, 3     arm 1: 2, 4, all events; x = 0, 1 in both arms by order of time
share of arm 1 at risk: 1/2, 2/3, 1/2, 1;   hazards 1/4, 1/3, 1/2, 1
outcome of a row: (other arm's share) at its event, less hazard * share summed up to then
  arm 0, time 1: 1/2 - 1/8 = 3/8          arm 0, time 3: 1/2 - (1/8 + 2/9 + 1/4) = -7/72
  arm 1, time 2: 1/3 - (1/8 + 1/9) = 7/72 arm 1, time 4: 0 - (1/8 + 1/9 + 1/4 + 0) = -35/72
sum over arm 1 less sum over arm 0: -28/72 - 20/72 = -2/3 = O - E of arm 1 (2 - 8/3)
"""

import numpy as np
import pytest

from equipoise.analysis.survival.tests.adjusted_logrank import adjusted_logrank, derived_outcomes
from equipoise.analysis.survival.tests.logrank import arms_table, logrank

TIME = np.array([1, 3, 2, 4])
EVENT = np.ones(4, bool)
ARM = np.array([0, 0, 1, 1], np.int32)


def test_derived_outcomes():
    table = arms_table(TIME, EVENT, ARM)
    found = derived_outcomes(table, TIME, EVENT, ARM, np.zeros(4, np.int32))
    assert found == pytest.approx([3 / 8, -7 / 72, 7 / 72, -35 / 72])
    assert found[2:].sum() - found[:2].sum() == pytest.approx(-2 / 3)


def test_slopes_take_variance_away():
    # x = 0, 1: slopes -34/72 and -42/72, sum -76/72; mean of x is equal, so nothing moves;
    # saved: (76/72)^2 * sum over rows of share (1 - share) (x - 1/2)^2 = (76/72)^2 / 4
    found = adjusted_logrank(TIME, EVENT, ARM, np.array([0.0, 1, 0, 1]))
    plain = logrank(TIME, EVENT, ARM)
    assert found.variance[1, 1] == pytest.approx(plain.variance[1, 1] - (76 / 72) ** 2 / 4)
    assert found.expected == pytest.approx(plain.expected)
