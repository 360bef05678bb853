"""The six rows of test_logrank with weights that follow the numbers at risk.

time  Y  d  expected in arm 1   variance   S~ = product of 1 - d / (Y + 1)
1     6  1  1/2                 1/4        6/7
2     5  1  3/5                 6/25       6/7 x 5/6 = 5/7
3     4  1  1/2                 1/4        5/7 x 4/5 = 4/7
6     1  1  1                   0          4/7 x 1/2 = 2/7
observed in arm 1: at 2 and at 6
"""

import math

import numpy as np
import pytest

from equipoise.analysis.survival.tests.weighted import NumberAtRisk, PetoWeight, weighted_logrank

TIME = np.array([1, 3, 5, 2, 4, 6])
EVENT = np.array([1, 1, 0, 1, 0, 1])
ARM = np.array([0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("weight", "w"),
    [
        (NumberAtRisk(), (6, 5, 4)),
        (NumberAtRisk(0.5), (math.sqrt(6), math.sqrt(5), 2)),
        (PetoWeight(), (6 / 7, 5 / 7, 4 / 7)),
        (PetoWeight(modified=True), (36 / 49, 25 / 42, 16 / 35)),
    ],
)
def test_weights(weight, w):
    a, b, c = w
    gap = -a / 2 + b * (1 - 3 / 5) - c / 2
    variance = a * a / 4 + b * b * 6 / 25 + c * c / 4
    found = weighted_logrank(TIME, EVENT, ARM, weight=weight)
    assert found.z == pytest.approx(gap / math.sqrt(variance))
