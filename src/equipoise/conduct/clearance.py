"""Creatinine clearance as dose and eligibility rules ask for it, of virtual and real patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats
from equipoise.laboratory.units import factor, unit_of

CREATININE: Final = "CREAT"
BODY: Final = frozenset({"AGE", "WEIGHT", "SEX"})
"""The baseline variables without which nobody knows a clearance."""
CLEARANCE_NAMES: Final = ("crcl", "creatinine clearance")
CLEARANCE_UNIT: Final = "mL/min"
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


def clearance_from(creatinine: Floats, *, unit: str, body: Mapping[str, Any]) -> Floats | None:
    """Creatinine clearance in mL/min, from what was measured and who it was measured in.

    creatinine : (n,) in `unit`; body : AGE in years, WEIGHT in kg, SEX M or F, (n,) each
    Returns  None where one of them, or the unit, is not known
    """
    known = unit_of(unit, test=CREATININE)
    if known is None or not set(body) >= BODY:
        return None
    times = float(factor(CREATININE, from_=known, to="umol/L") or 1)
    return cockcroft_gault(
        creatinine=np.asarray(creatinine, dtype=np.float64) * times,
        age=np.asarray(body["AGE"], dtype=np.float64),
        weight=np.asarray(body["WEIGHT"], dtype=np.float64),
        is_female=np.asarray(np.asarray(body["SEX"]) == "F", dtype=np.bool_),
    )
