"""Creatinine clearance as dose and eligibility rules ask for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats

_UMOL_PER_MG_DL = 88.42  # umol/L of creatinine in 1 mg/dL


def cockcroft_gault(
    *, creatinine: Floats, age: Floats, weight: Floats, is_female: NDArray[np.bool_]
) -> Floats:
    """Creatinine clearance in mL/min.

    creatinine : (n,) umol/L; age : (n,) years; weight : (n,) kg; is_female : (n,)
    Source   Cockcroft & Gault 1976, Nephron 16:31.
    Checked  tests/unit/conduct/test_clearance.py, worked by hand.
    """
    clearance = (140.0 - age) * weight / (72.0 * creatinine / _UMOL_PER_MG_DL)
    return np.asarray(np.where(is_female, 0.85 * clearance, clearance))
