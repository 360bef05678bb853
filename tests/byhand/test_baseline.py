"""Three rows, one covariate: what a Cox model says of one person, worked by hand.

row  time  event  x
1    1     yes    1
2    2     yes    0
3    3     no     1
With b the coefficient and r = e^b: S0 = 2r + 1 at 1, 1 + r at 2. The likelihood r / (2r + 1) x
1 / (1 + r) is highest where 2r^2 = 1, r = 1 / sqrt 2.
"""

import math

import pytest

from equipoise.analysis.survival import cox
from equipoise.analysis.survival.regression.baseline import baseline_hazard, predicted_survival
from equipoise.errors import InputError

R = math.sqrt(0.5)
FIRST, SECOND = 2 * R + 1, 1 + R


def fit():
    return cox([1, 2, 3], [1, 1, 0], [1.0, 0.0, 1.0])


def test_coefficient():
    assert fit().coef[0] == pytest.approx(math.log(R))


def test_baseline_hazard():
    found = baseline_hazard(fit())
    assert found.time.tolist() == [1, 2, 3]
    both = 1 / FIRST + 1 / SECOND
    assert found.cumulative == pytest.approx([1 / FIRST, both, both])


def test_survival_and_its_error_of_a_person_with_x_one():
    # hazard r / S0; gap: sum over events of (mean x - 1) / S0, means 2r / S0 and r / S0
    gap = (2 * R / FIRST - 1) / FIRST + (R / SECOND - 1) / SECOND
    info = 2 * R / FIRST * (1 - 2 * R / FIRST) + R / SECOND * (1 - R / SECOND)
    spread = R**2 * (1 / FIRST**2 + 1 / SECOND**2 + gap**2 / info)
    found = predicted_survival(fit(), [1.0])
    assert found.survival[1] == pytest.approx(math.exp(-R / FIRST - R / SECOND))
    assert found.spread[1] == pytest.approx(spread)
    assert found.at_risk.tolist() == [3, 2, 1]
    assert found.censored.tolist() == [0, 0, 1]


def test_who_cannot_be_asked_about():
    with pytest.raises(InputError, match="x: 2 numbers found; expected x0"):
        predicted_survival(fit(), [1.0, 2.0])
    with pytest.raises(InputError, match="stratum: 1 found"):
        baseline_hazard(fit(), stratum=1)
    endless = cox([1, 2, 3, 4], [1, 1, 0, 0], [1.0, 1.0, 0.0, 0.0])
    with pytest.raises(InputError, match="monotone"):
        baseline_hazard(endless)
