"""Weighted log-rank tests: Fleming-Harrington, Magirr-Burman, Gehan, Tarone-Ware, Peto-Peto."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from scipy.special import chdtrc

from equipoise.analysis.survival.arrays import choice
from equipoise.analysis.survival.tests.logrank import UNIT, LogRank, arms_table, tested
from equipoise.arrays import Floats, SmallInts
from equipoise.errors import InputError
from equipoise.kernels.survival.curve import pooled_before
from equipoise.kernels.survival.logrank import logrank_sums
from equipoise.kernels.survival.table import RiskTable
from equipoise.kernels.trials.weighted import fleming_harrington

Strata = Literal["summed", "combined", "pooled"]
"""How a weighted test is stratified.

summed : weights from each stratum's own curve; numerators and variances added over strata
combined : each stratum's Z from its own weights, added with the root of that stratum's plain
    log-rank variance as its weight (so that weight 1 gives the stratified log-rank test)
pooled : weights from the one curve of all strata together; numerators and variances added
"""

STRATA: tuple[Strata, ...] = get_args(Strata)


class RiskSets(NamedTuple):
    """What a weight is made of, all arms of a stratum together.

    time : (m,) distinct times; before : (m,) S(t-); at_risk, events : (m,) counts
    """

    time: Floats
    before: Floats
    at_risk: Floats
    events: Floats


@dataclass(frozen=True)
class FlemingHarrington:
    """Weight S(t-)^rho (1 - S(t-))^gamma, S of all arms together.

    (0, 0) is the log-rank test, (1, 0) Peto-Peto's; (0, 1) weights late differences.
    Source   Fleming & Harrington 1991, section 7.2.
    """

    rho: float = 0.0
    gamma: float = 0.0

    def __post_init__(self) -> None:
        if self.rho < 0 or self.gamma < 0:
            raise InputError(f"rho, gamma: {self.rho}, {self.gamma} found; expected 0 or more")

    def __call__(self, at: RiskSets) -> Floats:
        out: Floats = fleming_harrington(at.before, float(self.rho), float(self.gamma))
        return out


@dataclass(frozen=True)
class ModestlyWeighted:
    """Weight 1 / max(S(t-), S(t_star)), S of all arms together; or 1 / max(S(t-), floor).

    Give `t_star`, the end of the delay, or `floor`, the survival at which the weight stops growing.
    Source   Magirr & Burman 2019, Statistics in Medicine 38:3782.
    """

    t_star: float | None = None
    floor: float | None = None

    def __post_init__(self) -> None:
        if (self.t_star is None) == (self.floor is None):
            raise InputError("t_star, floor: expected one of the two")
        if self.floor is not None and not 0 < self.floor <= 1:
            raise InputError(f"floor: {self.floor} found; expected a survival above 0, at most 1")

    def __call__(self, at: RiskSets) -> Floats:
        least = self.floor or 0.0
        if self.t_star is not None:
            late = np.flatnonzero(at.time > self.t_star)
            # S(t_star) is S just before the first later time; with none later no weight is capped
            least = float(at.before[late[0]]) if late.size else 0.0
        out: Floats = 1 / np.maximum(at.before, least)
        return out


@dataclass(frozen=True)
class NumberAtRisk:
    """Weight Y(t)^power, Y the number at risk: 1 is Gehan's test, 1/2 Tarone and Ware's.

    Gehan's weights follow the censoring too, and tell of early differences where it is heavy.
    Source   Gehan 1965, Biometrika 52:203; Breslow 1970, 57:579; Tarone & Ware 1977, 64:156.
    """

    power: float = 1.0

    def __post_init__(self) -> None:
        if not self.power >= 0:
            raise InputError(f"power: {self.power} found; expected 0 or more")

    def __call__(self, at: RiskSets) -> Floats:
        return np.asarray(at.at_risk**self.power, np.float64)


@dataclass(frozen=True)
class PetoWeight:
    """Weight S~(t), the product of 1 - d / (Y + 1) up to and with t; `modified` has Y / (Y + 1)
    more: PETO and MODPETO of SAS LIFETEST, where R weights with S(t-).

    Source   Peto & Peto 1972; Andersen, Borgan, Gill & Keiding 1982, Int Stat Rev 50:219; Klein &
             Moeschberger 2003, section 7.3.
    """

    modified: bool = False

    def __call__(self, at: RiskSets) -> Floats:
        out = np.cumprod(1 - at.events / (at.at_risk + 1), dtype=np.float64)
        return out * at.at_risk / (at.at_risk + 1) if self.modified else out


Weighting = FlemingHarrington | ModestlyWeighted | NumberAtRisk | PetoWeight

WeightName = Literal["gehan", "tarone-ware", "peto-peto", "sas-peto", "modified-peto"]

WEIGHT_NAMES: dict[WeightName, Weighting] = {
    "gehan": NumberAtRisk(),
    "tarone-ware": NumberAtRisk(0.5),
    "peto-peto": FlemingHarrington(1.0, 0.0),
    "sas-peto": PetoWeight(),
    "modified-peto": PetoWeight(modified=True),
}
"""Weights by the names that tables are asked with."""


def weights_of(table: RiskTable, weight: Weighting, strata: Strata = "summed") -> Floats:
    """(m,) the weight of each row of a risk table."""
    if strata == "pooled":
        when, place = np.unique(table.time, return_inverse=True)
        shape = (when.size, table.events.shape[1])
        events, leaving = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        np.add.at(events, place, table.events)
        np.add.at(leaving, place, table.leaving)
        return weight(_risk_sets(when, events, leaving))[place]
    cuts = zip(table.first[:-1], table.first[1:], strict=True)
    sets = (_risk_sets(table.time[a:b], table.events[a:b], table.leaving[a:b]) for a, b in cuts)
    return np.concatenate([weight(one) for one in sets])


def _risk_sets(time: Floats, events: SmallInts, leaving: SmallInts) -> RiskSets:
    """Those of one stratum."""
    first = np.array([0, time.size], np.int64)
    gone = leaving.sum(axis=1)
    at_risk = gone[::-1].cumsum()[::-1].astype(np.float64)
    died = events.sum(axis=1).astype(np.float64)
    return RiskSets(time, pooled_before(events, leaving, first), at_risk, died)


def weighted_logrank(
    time: Any,
    event: Any,
    arm: Any,
    stratum: Any = None,
    *,
    weight: Weighting,
    strata: Strata = "summed",
) -> LogRank:
    """A weighted log-rank test of k arms.

    time, event, arm, stratum : as `logrank`
    weight : FlemingHarrington(rho, gamma), ModestlyWeighted(t_star), NumberAtRisk(power) or
        PetoWeight(modified)
    strata : what stratified means; "combined" is for two arms only
    Returns  LogRank; z < 0 when the experimental arm does better.
    Raises   InputError as `logrank`.
    Source   Fleming & Harrington 1991, section 7.2.
    Checked  tests/oracle/survival and tests/oracle/tables (R survdiff rho = 1, and the formula
             written out in R); tests/byhand/test_rank_weights.py.
    """
    choice(strata, STRATA, "strata")
    table = arms_table(time, event, arm, stratum)
    w = weights_of(table, weight, strata)
    observed, expected, covariance = logrank_sums(table.events, table.leaving, table.first, w)
    whole = tested(observed.sum(axis=0), expected.sum(axis=0), covariance.sum(axis=0))
    if strata != "combined":
        return whole
    if observed.shape[1] != 2:
        raise InputError("strata: Z values of strata are combined for two arms only")
    plain = logrank_sums(table.events, table.leaving, table.first, UNIT)[2]
    return by_stratum_z(whole, observed - expected, covariance, plain)


def by_stratum_z(whole: LogRank, gap: Floats, covariance: Floats, plain: Floats) -> LogRank:
    """Each stratum's Z added with the root of its log-rank variance as weight.

    gap : (g, 2) weighted observed - expected; covariance, plain : (g, 2, 2) weighted and not
    """
    variance = covariance[:, 1, 1]
    live = variance > 0
    each = gap[live, 1] / np.sqrt(variance[live])
    information = plain[live, 1, 1]
    z = float(np.sqrt(information) @ each / np.sqrt(information.sum()))
    return replace(whole, z=z, chisq=z * z, p=float(chdtrc(1, z * z)))


def peto_peto(time: Any, event: Any, arm: Any, stratum: Any = None) -> LogRank:
    """The Peto-Peto modification of the Wilcoxon test: Fleming-Harrington(1, 0), as R's rho = 1.

    Arguments, Returns and Raises as `logrank`.
    Source   Peto & Peto 1972; Harrington & Fleming 1982.
    Checked  tests/oracle/survival (R survdiff rho = 1).
    """
    return weighted_logrank(time, event, arm, stratum, weight=FlemingHarrington(1.0, 0.0))
