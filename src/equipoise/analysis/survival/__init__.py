"""Time to event: curves, tests, models, and all of them for one endpoint."""

from equipoise.analysis.estimates import Interval
from equipoise.analysis.survival.competed import Competing, competing
from equipoise.analysis.survival.curves.competing import cumulative_incidence, gray_test
from equipoise.analysis.survival.curves.kaplan_meier import (
    Curve,
    follow_up,
    kaplan_meier,
    nelson_aalen,
)
from equipoise.analysis.survival.curves.milestone import milestone_difference
from equipoise.analysis.survival.curves.rmst import compare_rmst, rmst
from equipoise.analysis.survival.parametric import ParametricTimes, parametric_times
from equipoise.analysis.survival.regression.baseline import baseline_hazard, predicted_survival
from equipoise.analysis.survival.regression.cox import cox, hazard_ratio
from equipoise.analysis.survival.regression.finegray import fine_gray
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.profile import profile_limits
from equipoise.analysis.survival.regression.proportional import zph
from equipoise.analysis.survival.regression.residuals import residuals, schoenfeld
from equipoise.analysis.survival.regression.subdistribution import subdistribution_rows
from equipoise.analysis.survival.regression.weibull import weibull
from equipoise.analysis.survival.regression.windows import episodes, window_hazard_ratios
from equipoise.analysis.survival.summary import Survival, survival
from equipoise.analysis.survival.terms import design
from equipoise.analysis.survival.tests.adjusted_logrank import adjusted_logrank
from equipoise.analysis.survival.tests.logrank import LogRank, logrank
from equipoise.analysis.survival.tests.maxcombo import max_combo
from equipoise.analysis.survival.tests.permutation import permutation_logrank
from equipoise.analysis.survival.tests.weighted import (
    FlemingHarrington,
    ModestlyWeighted,
    NumberAtRisk,
    PetoWeight,
    peto_peto,
    weighted_logrank,
)

__all__ = [
    "Competing",
    "Cox",
    "Curve",
    "FlemingHarrington",
    "Interval",
    "LogRank",
    "ModestlyWeighted",
    "NumberAtRisk",
    "ParametricTimes",
    "PetoWeight",
    "Survival",
    "adjusted_logrank",
    "baseline_hazard",
    "compare_rmst",
    "competing",
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
    "parametric_times",
    "permutation_logrank",
    "peto_peto",
    "predicted_survival",
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
