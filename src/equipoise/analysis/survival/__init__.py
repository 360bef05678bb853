"""Time to event: curves, tests, models, and all of them for one endpoint."""

from equipoise.analysis.survival.adjusted import adjusted_logrank
from equipoise.analysis.survival.competing import cumulative_incidence, gray_test
from equipoise.analysis.survival.cox import Cox, cox, hazard_ratio
from equipoise.analysis.survival.curves import Curve, follow_up, kaplan_meier, nelson_aalen
from equipoise.analysis.survival.finegray import fine_gray, subdistribution_rows
from equipoise.analysis.survival.logrank import LogRank, logrank
from equipoise.analysis.survival.maxcombo import max_combo
from equipoise.analysis.survival.milestone import milestone_difference
from equipoise.analysis.survival.permutation import permutation_logrank
from equipoise.analysis.survival.profile import profile_limits
from equipoise.analysis.survival.proportional import zph
from equipoise.analysis.survival.residuals import residuals, schoenfeld
from equipoise.analysis.survival.rmst import compare_rmst, rmst
from equipoise.analysis.survival.summary import Survival, survival
from equipoise.analysis.survival.terms import design
from equipoise.analysis.survival.types import Interval
from equipoise.analysis.survival.weibull import weibull
from equipoise.analysis.survival.weighted import (
    FlemingHarrington,
    ModestlyWeighted,
    peto_peto,
    weighted_logrank,
)
from equipoise.analysis.survival.windows import episodes, window_hazard_ratios

__all__ = [
    "Cox",
    "Curve",
    "FlemingHarrington",
    "Interval",
    "LogRank",
    "ModestlyWeighted",
    "Survival",
    "adjusted_logrank",
    "compare_rmst",
    "cox",
    "cumulative_incidence",
    "design",
    "episodes",
    "fine_gray",
    "follow_up",
    "gray_test",
    "hazard_ratio",
    "kaplan_meier",
    "logrank",
    "max_combo",
    "milestone_difference",
    "nelson_aalen",
    "permutation_logrank",
    "peto_peto",
    "profile_limits",
    "residuals",
    "rmst",
    "schoenfeld",
    "subdistribution_rows",
    "survival",
    "weibull",
    "weighted_logrank",
    "window_hazard_ratios",
    "zph",
]
