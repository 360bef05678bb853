"""Two rebuilt arms compared, with what the reading of the figure leaves open."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.survival import Cox, LogRank, hazard_ratio, logrank
from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.evidence.guyot import Patients
from equipoise.evidence.rebuilt import ArmData

WIDER = 1.6
"""Draws take errors as independent from point to point and in S alone; on the simulated figures
(bench/reconstruction.py) they lie so much too close."""
CENTRAL = 1.959963984540054
OFF = 0.05
"""An error of the log hazard ratio that changes what is read from a trial."""
LIKELY_OFF = 0.05
"""Such an error is told where it has this chance: chosen on the first 150 simulated figures, where
it catches most of them and marks few others; docs/evidence.md has what it does on the others."""


class ArmComparison(NamedTuple):
    """One arm against the control, from the rebuilt subjects; None where not estimable.

    reading_error : standard error of the log hazard ratio that comes from the figure alone
    """

    arm: str
    control: str
    cox: Cox | None
    logrank: LogRank | None
    reading_error: float | None

    @property
    def read_limits(self) -> tuple[float, float] | None:
        """Where the hazard ratio of the trial's own data lies, with 95%."""
        if self.cox is None or self.cox.notes or self.reading_error is None:
            return None
        ratio = float(self.cox.hr[0])
        wide = math.exp(CENTRAL * self.reading_error)
        return ratio / wide, ratio * wide

    @property
    def notes(self) -> tuple[str, ...]:
        """That the figure leaves the hazard ratio open, where it does."""
        limits = self.read_limits
        if limits is None or not self.reading_error or self._chance_off() < LIKELY_OFF:
            return ()
        told = f"the figure alone leaves the hazard ratio between {limits[0]:.3g} and"
        return (f"{self.arm} against {self.control}: {told} {limits[1]:.3g}",)

    def _chance_off(self) -> float:
        return math.erfc(OFF / (self.reading_error or 1.0) / math.sqrt(2.0))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; None where not estimable."""
        cox = None if self.cox is None or self.cox.notes else self.cox
        return {
            "arm": self.arm,
            "control": self.control,
            "hazard_ratio": None if cox is None else float(cox.hr[0]),
            "lower": None if cox is None else float(cox.lower[0]),
            "upper": None if cox is None else float(cox.upper[0]),
            "logrank_p": None if self.logrank is None else self.logrank.p,
            "reading_limits": self.read_limits,
        }


def contrast(control: ArmData, other: ArmData) -> ArmComparison:
    """Hazard ratio and log-rank test of two rebuilt arms."""
    both = joined(control.patients, other.patients)
    try:
        cox, test = hazard_ratio(*both), logrank(*both)
    except InputError:
        return ArmComparison(other.arm, control.arm, None, None, None)
    error = None if cox.notes else _reading_error(control, other)
    return ArmComparison(other.arm, control.arm, cox, test, error)


def joined(control: Patients, other: Patients) -> tuple[Floats, Any, Any]:
    """Time, event and arm (0, 1) of both."""
    both = (control, other)
    arm = np.repeat([0, 1], [len(p.time) for p in both])
    return np.concatenate([p.time for p in both]), np.concatenate([p.event for p in both]), arm


def _reading_error(control: ArmData, other: ArmData) -> float | None:
    """From the log hazard ratios of pairs of draws about that of the subjects taken."""
    found = []
    for pair in zip(control.draws, other.draws, strict=False):
        try:
            cox = hazard_ratio(*joined(*pair))
        except InputError:
            continue
        if not cox.notes:
            found.append(float(np.log(cox.hr[0])))
    return WIDER * float(np.std(found)) if len(found) > 1 else None
