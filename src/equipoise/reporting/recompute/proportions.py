"""Proportions by scipy and statsmodels, and Miettinen and Nurminen's limits by their equation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, Literal

import polars as pl

from equipoise.analysis.analyze import RISK_RATIO
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.recompute.common import LEVEL, Theirs, counted, finite, pairs_of

SCIPY, STATSMODELS = "scipy", "statsmodels"


def proportions(
    people: pl.DataFrame, protocol: Protocol, estimand: Estimand, methods: set[str]
) -> Theirs:
    """Counts, rates, differences and Fisher's test of a proportion.

    people : ARM_ and RESPONDER
    """
    found: Theirs = dict(counted(people, "RESPONDER", "responders"))
    tally = {
        str(arm): (int(part["RESPONDER"].sum()), part.height)
        for (arm,), part in people.group_by(["ARM_"])
    }
    for (arm, (x, n)), (name, (limits, by)) in product(tally.items(), _RATES.items()):
        if name in methods:
            ends = (x / n, *limits(x, n))
            found |= _interval(name, "rate", arm, ends, by)
    for pair, _ in pairs_of(people, protocol, estimand):
        experimental, _, control = pair.partition(" v ")
        (x1, n1), (x2, n2) = tally[experimental], tally[control]
        for name, (between, by) in _DIFFERENCES.items():
            if name in methods:
                ends = (x1 / n1 - x2 / n2, *between(x1, n1, x2, n2))
                found |= _interval(name, "difference in proportions", pair, ends, by)
        if "Miettinen-Nurminen" in methods:
            found |= _score(pair, x1, n1, x2, n2)
        if RISK_RATIO in methods and x1 and x2:
            found |= _interval(RISK_RATIO, RISK_RATIO, pair, _ratio(x1, n1, x2, n2), SCIPY)
        if "Fisher exact" in methods:
            found |= _fisher(pair, [[x1, n1 - x1], [x2, n2 - x2]])
    return found


def _interval(name: str, statistic: str, who: str, ends: tuple[float, ...], by: str) -> Theirs:
    suffixes = ("", " lower limit", " upper limit")
    return {
        (name, f"{statistic}{suffix}", who, None): (finite(value), by)
        for suffix, value in zip(suffixes, ends, strict=True)
    }


def _ratio(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float, float]:
    from scipy.stats import contingency

    found = contingency.relative_risk(x1, n1, x2, n2)
    limits = found.confidence_interval(LEVEL)
    return float(found.relative_risk), float(limits.low), float(limits.high)


def _fisher(pair: str, table: list[list[int]]) -> Theirs:
    from scipy import stats
    from scipy.stats import contingency

    name = "Fisher exact"
    counts: Any = table
    p = float(stats.fisher_exact(counts).pvalue)
    ratio = contingency.odds_ratio(table, kind="conditional")
    limits = ratio.confidence_interval(LEVEL)
    found = _interval(name, "odds ratio", pair, (ratio.statistic, limits.low, limits.high), SCIPY)
    better = float(stats.norm.isf(stats.fisher_exact(counts, alternative="greater").pvalue))
    z = finite(better)
    return {**found, (name, "p", pair, None): (p, SCIPY), (name, "z", pair, None): (z, SCIPY)}


def _score(pair: str, x1: int, n1: int, x2: int, n2: int) -> Theirs:
    """The score statistic of no difference, its variance with N/(N - 1)."""
    from scipy import stats

    name, rate = "Miettinen-Nurminen", (x1 + x2) / (n1 + n2)
    stretch = (n1 + n2) / (n1 + n2 - 1)
    variance = stretch * rate * (1 - rate) * (1 / n1 + 1 / n2)
    z = (x1 / n1 - x2 / n2) / variance**0.5 if variance > 0 else float("nan")
    p = 2 * float(stats.norm.sf(abs(z)))
    return {
        (name, statistic, pair, None): (finite(value), SCIPY)
        for statistic, value in (("z", z), ("p", p))
    }


def _by_scipy(method: Literal["exact", "wilson"]) -> Callable[[int, int], tuple[float, float]]:
    def limits(x: int, n: int) -> tuple[float, float]:
        from scipy import stats

        found = stats.binomtest(x, n).proportion_ci(LEVEL, method=method)
        return float(found.low), float(found.high)

    return limits


def _by_statsmodels(method: str) -> Callable[[int, int], tuple[float, float]]:
    def limits(x: int, n: int) -> tuple[float, float]:
        from statsmodels.stats.proportion import proportion_confint

        low, high = proportion_confint(x, n, alpha=1 - LEVEL, method=method)
        return float(low), float(high)

    return limits


def _newcombe(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", alpha=1 - LEVEL)
    return float(low), float(high)


def _miettinen_nurminen(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    """Where the score statistic, its variance with N/(N - 1), equals the normal quantile.

    Source   Miettinen & Nurminen 1985, Stat Med 4:213.
    """
    from scipy import stats
    from scipy.optimize import brentq

    z, seen = float(stats.norm.ppf(0.5 + LEVEL / 2)), x1 / n1 - x2 / n2
    stretch = (n1 + n2) / (n1 + n2 - 1)

    def gap(d: float) -> float:
        p2 = _restricted(x1, n1, x2, n2, d)
        p1 = p2 + d
        variance = stretch * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        return (seen - d) ** 2 - z * z * variance

    edge = 1 - 1e-12
    # Nothing varies at rates of 0 or 1: the statistic is 0 there, and the limits lie further off.
    step = 0.0 if gap(seen) < 0 else 1e-9
    low = -1.0 if seen <= -edge else brentq(gap, -edge, seen - step, xtol=1e-15, rtol=1e-14)
    high = 1.0 if seen >= edge else brentq(gap, seen + step, edge, xtol=1e-15, rtol=1e-14)
    return float(low), float(high)


def _restricted(x1: int, n1: int, x2: int, n2: int, d: float) -> float:
    """The control's rate at the greatest likelihood with a difference of `d` between the rates."""
    from scipy.optimize import brentq

    low, high = max(0.0, -d), min(1.0, 1.0 - d)
    tiny = 1e-16 + 1e-13 * (high - low)

    def slope(p: float) -> float:
        parts = ((x1, p + d), (x1 - n1, 1 - p - d), (x2, p), (x2 - n2, 1 - p))
        return sum(count / max(rate, 1e-300) for count, rate in parts if count)

    if slope(low + tiny) <= 0:
        return low
    if slope(high - tiny) >= 0:
        return high
    return float(brentq(slope, low + tiny, high - tiny, xtol=1e-16, rtol=1e-14))


_RATES = {
    "Clopper-Pearson": (_by_scipy("exact"), SCIPY),
    "Wilson": (_by_scipy("wilson"), SCIPY),
    "Jeffreys": (_by_statsmodels("jeffreys"), STATSMODELS),
    "Agresti-Coull": (_by_statsmodels("agresti_coull"), STATSMODELS),
}
_DIFFERENCES = {
    "Miettinen-Nurminen": (_miettinen_nurminen, "score equation, scipy"),
    "Newcombe": (_newcombe, STATSMODELS),
}
