"""Coverage of 95% intervals: Kaplan-Meier, median, Cox, Clopper-Pearson, Miettinen-Nurminen."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import stats

from equipoise.analysis.response.difference import miettinen_nurminen
from equipoise.analysis.response.rates import clopper_pearson
from equipoise.analysis.survival import kaplan_meier
from equipoise.simulation.operating.batches import simulate_scenario
from verification.check import SEED, Budget, Check, Row, at_least, near
from verification.trial import PLANNED, Trial, number, scenario

LEVEL = 0.95
SUBJECTS = 200
KM_SMALL = 0.01
"""How far the log(-log) limits of 200 subjects may be off 95%: they are asymptotic."""
COX_SMALL = 0.005
"""The same for the Wald limits of 300 events."""
COX_BIAS = 0.01
"""Bias of order 1 / events that the partial likelihood has."""
MN_MEAN, MN_LEAST = 0.006, 0.93
"""Score limits of 40 to 60 subjects an arm: mean off 95% by this much, nowhere below 93%."""
RATES = np.linspace(0.02, 0.98, 49)


def shares(name: str, hits: int, n: int, *, slack: float) -> Row:
    """A coverage of n intervals."""
    return near(name, hits / n, LEVEL, error=math.sqrt(LEVEL * (1 - LEVEL) / n), slack=slack)


def curves(budget: Budget) -> Iterator[Row]:
    """Limits of S(t) and of the median under exponential times and uniform censoring."""
    n = budget.trials(8_000)
    draw = np.random.default_rng(SEED)
    heights = np.array([0.8, 0.5, 0.3])
    when = -np.log(heights)
    hits, medians = np.zeros(3, dtype=np.int64), 0
    for _ in range(n):
        time, censored = draw.exponential(size=SUBJECTS), draw.uniform(0.0, 4.0, SUBJECTS)
        curve = kaplan_meier(np.minimum(time, censored), time <= censored)
        at, median = curve.at(when), curve.median
        hits += (at.lower <= heights) & (heights <= at.upper)
        upper = math.inf if math.isnan(median.upper) else median.upper
        medians += median.lower <= math.log(2.0) <= upper
    for height, count in zip(heights, hits.tolist(), strict=True):
        yield shares(f"Kaplan-Meier, S = {height:g}", count, n, slack=KM_SMALL)
    yield shares("median", medians, n, slack=KM_SMALL)


def cox(budget: Budget) -> Iterator[Row]:
    """Wald limits of the log hazard ratio, its bias and its standard error, at 300 events."""
    trial = Trial({"final": 300}, 400)
    n = budget.trials(100_000)
    found = simulate_scenario(scenario(trial, PLANNED), trials=n, seed=SEED, workers=budget.workers)
    at = {"hypothesis": "OS", "look": "OS final"}
    covered, _ = number(found.value("coverage of the 95% interval", **at))
    bias, error = number(found.value("bias", **at))
    yield shares("Cox, 300 events", round(covered * n), n, slack=COX_SMALL)
    yield near("Cox, bias of the log", bias, 0.0, error=error, slack=COX_BIAS)


def exact(_: Budget) -> Iterator[Row]:
    """Clopper-Pearson: the least coverage over rates, summed exactly; never below 95%."""
    rates = np.linspace(0.001, 0.999, 999)
    for n in (10, 30, 116):
        limits = np.array([clopper_pearson(x, n)[1:3] for x in range(n + 1)])
        inside = (limits[:, :1] <= rates) & (rates <= limits[:, 1:])
        mass = np.asarray(stats.binom.pmf(np.arange(n + 1)[:, None], n, rates))
        yield at_least(f"Clopper-Pearson, n = {n}", float((mass * inside).sum(axis=0).min()), LEVEL)


def differences(_: Budget) -> Iterator[Row]:
    """Miettinen-Nurminen: mean and least coverage over pairs of rates, summed exactly."""
    for n1, n2 in ((40, 40), (60, 30)):
        limits = np.array(
            [[miettinen_nurminen(x, n1, y, n2)[1:3] for y in range(n2 + 1)] for x in range(n1 + 1)]
        )
        one = np.asarray(stats.binom.pmf(np.arange(n1 + 1)[:, None], n1, RATES))
        two = np.asarray(stats.binom.pmf(np.arange(n2 + 1)[:, None], n2, RATES))
        covered = np.empty((len(RATES), len(RATES)))
        for i, p in enumerate(RATES):
            for j, q in enumerate(RATES):
                inside = (limits[..., 0] <= p - q) & (p - q <= limits[..., 1])
                covered[i, j] = one[:, i] @ inside @ two[:, j]
        name = f"Miettinen-Nurminen, {n1} and {n2}"
        yield near(f"{name}, mean", float(covered.mean()), LEVEL, error=0.0, slack=MN_MEAN)
        yield at_least(f"{name}, least", float(covered.min()), MN_LEAST)


CHECKS = (
    Check("coverage of curves", curves),
    Check("coverage of Cox", cox),
    Check("coverage of rates", exact),
    Check("coverage of differences", differences),
)
