"""Time to event: curves, tests, models."""

from equipoise.analysis.survival.cox import Cox, cox, hazard_ratio
from equipoise.analysis.survival.curves import Curve, follow_up, kaplan_meier, nelson_aalen
from equipoise.analysis.survival.logrank import LogRank, logrank
from equipoise.analysis.survival.residuals import residuals, schoenfeld
from equipoise.analysis.survival.types import Interval

__all__ = [
    "Cox",
    "Curve",
    "Interval",
    "LogRank",
    "cox",
    "follow_up",
    "hazard_ratio",
    "kaplan_meier",
    "logrank",
    "nelson_aalen",
    "residuals",
    "schoenfeld",
]
