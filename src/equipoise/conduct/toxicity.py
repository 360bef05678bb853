"""Toxicity grades of laboratory values, as far as dose rules ask for them on the day of a dose.

Source   CTCAE v4.03 (2010) and v5.0 (2017), Investigations and Blood disorders, which agree here.
Checked  tests/unit/conduct/test_toxicity.py.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from equipoise.arrays import Floats, Ints
from equipoise.laboratory.units import factor, unit_of


class Scale(NamedTuple):
    """Where grades 2, 3, 4 begin; grade 1 begins at the limit of normal.

    `limits` are values in `unit`, or multiples of the upper limit where the scale is high.
    """

    unit: str
    is_low: bool
    limits: tuple[float, ...]


SCALES: Final = {
    "NEUT": Scale("10^9/L", True, (1.5, 1.0, 0.5)),
    "PLAT": Scale("10^9/L", True, (75.0, 50.0, 25.0)),
    "LYM": Scale("10^9/L", True, (0.8, 0.5, 0.2)),
    "WBC": Scale("10^9/L", True, (3.0, 2.0, 1.0)),
    "HGB": Scale("g/L", True, (100.0, 80.0)),
    "CREAT": Scale("", False, (1.5, 3.0, 6.0)),
    "BILI": Scale("", False, (1.5, 3.0, 10.0)),
    "ALT": Scale("", False, (3.0, 5.0, 20.0)),
    "AST": Scale("", False, (3.0, 5.0, 20.0)),
}


def toxicity_grade(
    value: Floats, *, code: str, unit: str, lower: float | None, upper: float | None
) -> Ints:
    """The grade of each value; a value exactly on a limit takes the milder grade.

    value : (n,) in `unit`, as the limits of normal
    Returns  (n,) 0..4; -1 where the test, its unit or its limit of normal cannot be graded.
    """
    scale = SCALES.get(code)
    normal = None if scale is None else (lower if scale.is_low else upper)
    times = _times(code, unit, scale.unit) if scale is not None else None
    if scale is None or normal is None or times is None:
        return np.full(len(value), -1, dtype=np.int64)
    if scale.is_low:
        steps = (normal, *(limit / times for limit in scale.limits))
        return np.asarray(np.sum([value < step for step in steps], axis=0, dtype=np.int64))
    steps = (normal, *(normal * times for times in scale.limits))
    return np.asarray(np.sum([value > step for step in steps], axis=0, dtype=np.int64))


def has_scale(code: str, unit: str) -> bool:
    """Whether values of a test in a unit can be graded once the limit of normal is known."""
    scale = SCALES.get(code)
    return scale is not None and _times(code, unit, scale.unit) is not None


def _times(code: str, unit: str, wanted: str) -> float | None:
    """What a value is multiplied by to stand in the scale's unit; 1 where any unit does."""
    if wanted in ("", unit):
        return 1.0
    here = unit_of(unit, test=code)
    times = None if here is None else factor(code, from_=here, to=wanted)
    return None if times is None else float(times)
