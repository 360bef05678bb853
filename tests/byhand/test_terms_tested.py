"""Type III by hand: two factors of two levels, unbalanced.

       b0        b1
a0     1 3       5          means 2, 5
a1     4         8 10 12    means 4, 10
The main effect of a averages its two differences alike: (4 - 2 + 10 - 5) / 2 = 7/2, with variance
s^2 / 4 x (1/2 + 1 + 1 + 1/3); residual sum of squares 2 + 0 + 0 + 8 = 10 on 3 degrees of freedom.
"""

import numpy as np
import pytest

from equipoise.analysis.continuous.ancova import least_squares
from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.terms_tested import terms_tested
from equipoise.errors import InputError
from equipoise.frames import Labels

Y = np.array([1, 3, 5, 4, 8, 10, 12.0])
A = Labels(np.array([0, 0, 0, 1, 1, 1, 1], np.int32), ("a0", "a1"))
B = Labels(np.array([0, 0, 1, 0, 1, 1, 1], np.int32), ("b0", "b1"))


def test_main_effects_and_interaction():
    model = design({"a": A, "b": B}, [("a",), ("b",), ("a", "b")])
    first, second, both = terms_tested(least_squares(Y, model), model)
    s2, spread = 10 / 3, 1 / 2 + 1 + 1 + 1 / 3
    assert first.test.statistic == pytest.approx(3.5**2 / (s2 / 4 * spread))
    assert second.test.statistic == pytest.approx(4.5**2 / (s2 / 4 * spread))
    assert both.test.statistic == pytest.approx(3**2 / (s2 * spread))
    assert both.name == "a by b"
    assert first.test.denominator_df == 3


def test_another_models_fit_is_refused():
    model = design({"a": A, "b": B}, [("a",), ("b",)])
    with pytest.raises(InputError, match="not the model's columns"):
        terms_tested(least_squares(Y, model), design({"a": A}, [("a",)]))
