"""Draws against theory: uniform, exponential, normal; days, strata, links of virtual patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from equipoise.kernels.cohort import Chances, Cohort, World, make_world, piecewise_cumulative
from equipoise.kernels.trials import arrive
from equipoise.streams import Stream, exponential, normal_quantile
from verification.check import SEED, Budget, Check, Row, distance, near
from verification.pictures import qq

Floats = NDArray[np.float64]
DAYS = 3000
SUBJECTS = 1000
STARTS, RATES = (0.0, 90.0, 365.0), (0.001, 0.004, 0.0015)
LINK = 0.5
SHARES = (0.2, 0.3, 0.5)
TIES = 0.002
"""What whole days take from Kendall's tau, at most."""


def uniforms(n: int) -> dict[str, Floats]:
    """n draws one after the other in a stream, and n first draws of as many subjects."""
    one = Stream.of(seed=SEED, purpose="verification")
    along = [one.uniform() for _ in range(n)]
    across = [
        Stream.of(seed=SEED, trial=k // SUBJECTS, subject=k % SUBJECTS, purpose="verification")
        for k in range(n)
    ]
    return {"along": np.array(along), "across": np.array([s.uniform() for s in across])}


def streams(budget: Budget) -> Iterator[Row]:
    """Uniform, exponential and normal draws: distance, mean, variance, correlation of neighbors."""
    n = budget.trials(200_000)
    for way, u in uniforms(n).items():
        yield distance(f"uniform {way}, distance", farthest(u, "uniform"), n)
        yield near(f"uniform {way}, neighbors", np.corrcoef(u[1:], u[:-1])[0, 1], 0.0,
                   error=1 / math.sqrt(n))  # fmt: skip
        e = np.array([exponential(x) for x in u.tolist()])
        z = np.array([normal_quantile(x) for x in u.tolist()])
        yield distance(f"exponential {way}, distance", farthest(e, "expon"), n)
        yield near(f"exponential {way}, mean", e.mean(), 1.0, error=1 / math.sqrt(n))
        yield distance(f"normal {way}, distance", farthest(z, "norm"), n)
        yield near(f"normal {way}, mean", z.mean(), 0.0, error=1 / math.sqrt(n))
        yield near(f"normal {way}, variance", z.var(), 1.0, error=math.sqrt(2 / n))
        qq(budget, f"uniform-{way}", u, stats.uniform.ppf, label=f"Uniform, {way}")
        qq(budget, f"exponential-{way}", e, stats.expon.ppf, label=f"Exponential, {way}")
        qq(budget, f"normal-{way}", z, stats.norm.ppf, label=f"Normal, {way}")


def world() -> World:
    """Piecewise hazards on one arm, half of them on the other; linked endpoints; three strata."""
    full = piecewise_cumulative(STARTS, RATES, days=DAYS)
    half = piecewise_cumulative(STARTS, [r / 2 for r in RATES], days=DAYS)
    events = [[[full] * 3, [half] * 3]] * 2
    leaving = piecewise_cumulative((0.0,), (0.0005,), days=DAYS)
    return make_world(
        Chances(
            subjects=SUBJECTS,
            accrual=np.linspace(1 / 500, 1.0, 500),
            prevalence=SHARES,
            ratio=(1, 1),
            block_sizes=(2, 4),
            endpoints=("first", "second"),
            events=events,
            dropout=[[leaving] * 3] * 2,
            link=(0.0, LINK),
        )
    )


def cohorts(trials: int) -> Cohort:
    """The subjects of many trials in one."""
    made = world()
    parts = [arrive.cohort(made, seed=SEED, trial=k) for k in range(trials)]
    return Cohort(*(np.concatenate([p[j] for p in parts], axis=-1) for j in range(len(parts[0]))))


def patients(budget: Budget) -> Iterator[Row]:
    """Days of virtual patients against the distributions asked for."""
    n = budget.trials(400_000) // SUBJECTS * SUBJECTS or SUBJECTS
    found = cohorts(n // SUBJECTS)
    for arm, factor in ((0, 1.0), (1, 0.5)):
        cumulative = piecewise_cumulative(STARTS, [r * factor for r in RATES], days=DAYS)
        mine = found.day[0, found.arm == arm]
        yield distance(f"event day, arm {arm}, distance", gap(mine, cumulative), len(mine))
        qq(budget, f"event-day-{arm}", mine[mine <= DAYS], conditional(cumulative),
           label=f"Event day, arm {arm}")  # fmt: skip
    leaving = piecewise_cumulative((0.0,), (0.0005,), days=DAYS)
    yield distance("dropout day, distance", gap(found.dropout, leaving), n)
    yield distance("entry day, distance", gap(found.entry, np.linspace(1 / 500, 1.0, 500)), n)
    for k, share in enumerate(SHARES):
        error = math.sqrt(share * (1 - share) / n)
        yield near(f"stratum {k}, share", float((found.stratum == k).mean()), share, error=error)
    first, second = (found.day[e, found.arm == 0][:20_000] for e in (0, 1))
    tau = stats.kendalltau(first, second).statistic
    expected = 2 / math.pi * math.asin(LINK)
    error = 2 / 3 / math.sqrt(len(first))
    yield near("linked endpoints, Kendall's tau", tau, expected, error=error, slack=TIES)


def farthest(draws: Floats, law: str) -> float:
    """The Kolmogorov-Smirnov distance of draws from one of scipy's distributions."""
    return float(stats.kstest(draws, law).statistic)


def gap(days: NDArray[np.int64], cumulative: Floats) -> float:
    """The largest distance between the days' distribution and P(day <= d), d = 1, 2, ..."""
    counts = np.bincount(days, minlength=len(cumulative) + 2)[1 : len(cumulative) + 1]
    return float(np.abs(np.cumsum(counts) / len(days) - cumulative).max())


def conditional(cumulative: Floats) -> Callable[[Floats], Floats]:
    """The quantile function of a day, given that the table holds it."""

    def quantile(p: Floats) -> Floats:
        return np.asarray(1.0 + np.searchsorted(cumulative / cumulative[-1], p))

    return quantile


CHECKS = (Check("draws", streams), Check("virtual patients", patients))
