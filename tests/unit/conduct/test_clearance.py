"""Creatinine clearance worked by hand."""

import numpy as np
import pytest

from equipoise.conduct.clearance import cockcroft_gault


def of(creatinine, age, weight, *, female):
    found = cockcroft_gault(
        creatinine=np.array([creatinine]),
        age=np.array([age]),
        weight=np.array([weight]),
        is_female=np.array([female]),
    )
    return float(found[0])


def test_a_man_of_forty_with_one_milligram():
    # (140 - 40) * 72 / (72 * 1 mg/dL) = 100 mL/min; 1 mg/dL is 88.42 umol/L
    assert of(88.42, 40.0, 72.0, female=False) == pytest.approx(100.0)


def test_a_woman_has_85_percent_of_it():
    assert of(88.42, 40.0, 72.0, female=True) == pytest.approx(85.0)


def test_twice_the_creatinine_is_half_the_clearance():
    assert of(176.84, 65.0, 96.0, female=False) == pytest.approx(75.0 * 96.0 / 72.0 / 2.0)
