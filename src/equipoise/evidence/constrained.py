"""Of the subjects that fit a curve, those that have what was published beside it.

The draws of the method fit curve, numbers at risk and events about equally well. Where the reader
asks for it, the arms are taken from them so that medians, hazard ratios and P values come as close
to the published ones as they can. Of an arm and its control so many pairs are weighed by what each
alone changes, and the most promising are computed.

Checked  tests/unit/evidence/test_constrained.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from equipoise.analysis.survival import hazard_ratio, kaplan_meier, logrank
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.checks import ROUNDED, PublishedBeside
from equipoise.evidence.contrast import joined
from equipoise.evidence.guyot import Patients
from equipoise.evidence.rebuilt import ArmData

COMPUTED_PAIRS = 40
"""Pairs that are computed, of all that there are."""
SAME_MEDIAN = 0.01
"""Medians that differ by less than this share are as good as each other."""
SAME_P = 0.05
"""The same of P, which is published with two digits."""


class Aim(NamedTuple):
    """What is wanted of a pair of arms; None for what was not published."""

    hazard_ratio: float | None
    p: float | None

    def miss(self, log_ratio: float, log_p: float) -> float:
        """How far off a pair is, in units of what rounding leaves open."""
        found = 0.0
        if self.hazard_ratio is not None:
            close = ROUNDED / self.hazard_ratio
            found += ((log_ratio - math.log(self.hazard_ratio)) / close) ** 2
        if self.p is not None:
            found += ((log_p - math.log(self.p)) / SAME_P) ** 2
        return found


def constrained(arms: Sequence[ArmData], beside: PublishedBeside) -> list[Patients]:
    """The subjects of each arm, the control first.

    Raises   InputError if there are no draws, or nothing was published.
    """
    if not any(beside):
        raise InputError("constrain: expected a published hazard ratio, P or median")
    if not all(arm.draws for arm in arms):
        raise InputError("constrain: expected method likely; another has no draws to choose from")
    choices = [_of_median(arm, beside.median.get(arm.arm)) for arm in arms]
    taken = [each[0] for each in choices]
    free = True
    for k, arm in enumerate(arms[1:], 1):
        aim = Aim(beside.hazard_ratio.get(arm.arm), beside.p.get(arm.arm))
        if any(value is not None for value in aim):
            controls = choices[0] if free else taken[:1]
            taken[0], taken[k] = _pair(controls, choices[k], aim)
            free = False
    return taken


def _of_median(arm: ArmData, told: float | None) -> list[Patients]:
    """The subjects of an arm that have the published median, as closely as any do."""
    every = [arm.patients, *arm.draws]
    if told is None:
        return every
    medians = [kaplan_meier(*each).median.estimate for each in every]
    off = np.nan_to_num(np.abs(np.array(medians) - told), nan=np.inf)
    close = off <= max(float(off.min()), SAME_MEDIAN * told)
    return [each for each, is_close in zip(every, close, strict=True) if is_close]


def _pair(
    controls: Sequence[Patients], others: Sequence[Patients], aim: Aim
) -> tuple[Patients, Patients]:
    """The control and the other arm that miss the aim least."""
    first = _values(controls[0], others[0])
    by_control = np.array([_values(each, others[0]) for each in controls]) - first
    by_other = np.array([_values(controls[0], each) for each in others]) - first
    guess = first + by_control[:, None] + by_other[None, :]
    misses = np.array([[aim.miss(*pair) for pair in row] for row in guess])
    best = np.argsort(misses, axis=None, kind="stable")[:COMPUTED_PAIRS]
    pairs = [divmod(int(place), len(others)) for place in best]
    exact = [aim.miss(*_values(controls[i], others[j])) for i, j in pairs]
    i, j = pairs[int(np.argmin(exact))]
    return controls[i], others[j]


def _values(control: Patients, other: Patients) -> Floats:
    """Logs of the hazard ratio and of P; far off where there is none."""
    both = joined(control, other)
    try:
        ratio, p = float(hazard_ratio(*both).hr[0]), logrank(*both).p
    except InputError:
        return np.array([np.inf, 0.0])
    return np.array([math.log(ratio), math.log(max(p, 1e-300))])
