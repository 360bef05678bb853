"""A truth as tables of chance: what both roads draw their patients from."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR
from equipoise.conduct.visits import PROGRESSION as PROGRESSION
from equipoise.errors import InputError, did_you_mean
from equipoise.kernels.cohort import Chances, Crossing, World, make_world, piecewise_cumulative
from equipoise.protocol import Protocol
from equipoise.protocol.model import Accrual, Hazard, TimeTruth, Truth

DEATH = "death"
_DEFAULT_START = dt.date(2020, 1, 1)
_DEFAULT_FOLLOW_UP_DAYS = round(5 * DAYS_PER_YEAR)


class Setting(NamedTuple):
    """A truth made ready for drawing.

    strata : for each stratum, the level of each factor, in the order of the factors
    endpoints : the names of the true times, in the order of `world`
    start : calendar date of trial day 1
    days : the last trial day of the simulation
    """

    world: World
    truth: Truth
    name: str
    arms: tuple[str, ...]
    strata: tuple[tuple[str, ...], ...]
    endpoints: tuple[str, ...]
    start: dt.date
    days: int


def truth_named(protocol: Protocol, name: str) -> Truth:
    """One truth of a protocol. Raises InputError if there is none of that name."""
    if name not in protocol.truth:
        have = ", ".join(f'"{key}"' for key in protocol.truth) or "none"
        hint = did_you_mean(name, protocol.truth)
        raise InputError(f'there is no truth "{name}"{hint}; truths here: {have}')
    return protocol.truth[name]


def setting(protocol: Protocol, *, truth: str) -> Setting:
    """The tables of chance of one truth.

    Raises   InputError if there is no such truth, or it lacks a level or an arm of the protocol.
    Checked  tests/unit/patients/test_world.py.
    """
    found = truth_named(protocol, truth)
    entry = accrual_curve(found.accrual, protocol=protocol)
    days = len(entry) + _follow_up(protocol, found)
    strata = tuple(itertools.product(*(f.levels for f in protocol.allocation.strata.values())))
    times = _times(found)
    chances = Chances(
        subjects=found.patients or protocol.population.randomize,
        accrual=entry,
        prevalence=_prevalence(protocol, found, strata),
        ratio=protocol.allocation.ratios,
        block_sizes=protocol.allocation.blocks or (2 * sum(protocol.allocation.ratios),),
        endpoints=tuple(times),
        events=[
            _by_arm(
                protocol,
                [curve(protocol, time, arm=arm, days=days) for arm in protocol.arms],
                strata,
            )
            for time in times.values()
        ],
        dropout=_by_arm(
            protocol, [_dropout(found, arm=arm, days=days) for arm in protocol.arms], strata
        ),
        response=[[found.response.get(arm, 0.0)] * len(strata) for arm in protocol.arms],
        link=[float(time.correlation) if k else 0.0 for k, time in enumerate(times.values())],
        response_link=float(found.response_correlation) if times else 0.0,
        crossover=_crossover(found, tuple(protocol.arms), tuple(times)),
    )
    world = make_world(chances)
    start = found.accrual.start or _DEFAULT_START
    return Setting(world, found, truth, tuple(protocol.arms), strata, tuple(times), start, days)


def _follow_up(protocol: Protocol, truth: Truth) -> int:
    span = truth.follow_up or protocol.assume.follow_up
    return span.whole_days if span else _DEFAULT_FOLLOW_UP_DAYS


def _times(truth: Truth) -> dict[str, TimeTruth]:
    """The true times by name; the first is the one that others are linked to."""
    known = {PROGRESSION: truth.progression, DEATH: truth.death}
    first = {name: time for name, time in known.items() if time is not None}
    return {**first, **truth.endpoints}


def _crossover(truth: Truth, arms: tuple[str, ...], times: tuple[str, ...]) -> Crossing | None:
    if not truth.crossover:
        return None
    goes = [truth.crossover.get(arm) for arm in arms]
    return Crossing(
        share=[float(one.share) if one else 0.0 for one in goes],
        longer=[float(one.life) if one else 1.0 for one in goes],
        prolonged=times.index(DEATH),
    )


def _by_arm(
    protocol: Protocol, curves: list[Floats], strata: tuple[tuple[str, ...], ...]
) -> list[list[Floats]]:
    return [[curves[k]] * len(strata) for k in range(len(protocol.arms))]


def accrual_curve(accrual: Accrual, *, protocol: Protocol) -> Floats:
    """P(entry <= d), d = 1, 2, ..., ending in 1.

    Either even between `start` and `end` or over `lasts`, or at `rates` a month over `periods`; if
    nothing is said, as assumed for planning.
    """
    if accrual.rates:
        spans = [p.days for p in accrual.periods]
        if len(spans) != len(accrual.rates):
            raise InputError("accrual: expected as many periods as rates")
        ends = np.concatenate([[0.0], np.cumsum(spans)])
        counts = np.concatenate([[0.0], np.cumsum(np.array(accrual.rates) * spans)])
        d = np.arange(1, math.ceil(ends[-1]) + 1, dtype=np.float64)
        return np.asarray(np.interp(d, ends, counts) / counts[-1])
    if accrual.start and accrual.end:
        lasts = (accrual.end - accrual.start).days + 1
    elif accrual.lasts:
        lasts = accrual.lasts.whole_days
    elif protocol.assume.accrual is not accrual:
        return accrual_curve(protocol.assume.accrual, protocol=protocol)
    else:
        lasts = round(DAYS_PER_MONTH)
    return np.asarray(np.arange(1, lasts + 1) / lasts)


def _prevalence(
    protocol: Protocol, truth: Truth, strata: tuple[tuple[str, ...], ...]
) -> list[float]:
    factors = protocol.allocation.strata
    shares = []
    for levels in strata:
        share = 1.0
        for name, level in zip(factors, levels, strict=True):
            table = truth.strata.get(name) or dict.fromkeys(factors[name].levels, 1.0)
            if level not in table:
                raise InputError(f'truth.strata.{name}: nothing is said about "{level}"')
            share *= table[level] / sum(table.values())
        shares.append(share)
    return shares


def curve(protocol: Protocol, time: TimeTruth, *, arm: str, days: int) -> Floats:
    """P(day <= d), d = 1..days, in one arm.

    Raises   InputError if nothing is said about the arm.
    """
    if arm not in time.arms:
        raise InputError(
            f'truth: nothing is said about the arm "{arm}"; found {", ".join(time.arms)}'
        )
    hazard = time.arms[arm]
    if hazard.hazard_ratio is None:
        return piecewise_cumulative(*_pieces(hazard), days=days)
    starts, rates = _pieces(time.arms[protocol.control])
    since = [0.0, *(float(start.whole_days) for start, _ in hazard.ratios)]
    ratios = [1.0, *(float(ratio) for _, ratio in hazard.ratios)]
    cuts = sorted({*starts, *since})
    tilted = [_at(cut, starts, rates) * _at(cut, since, ratios) for cut in cuts]
    return piecewise_cumulative(cuts, tilted, days=days)


def _at(day: float, starts: list[float], values: list[float]) -> float:
    """The value that holds on a day; of two that start on one day, the later."""
    return values[max(k for k, start in enumerate(starts) if start <= day)]


def _pieces(hazard: Hazard) -> tuple[list[float], list[float]]:
    """Starts in days and hazards a day; the last goes on for ever."""
    if hazard.median is not None:
        return [0.0], [math.log(2) / hazard.median.days]
    starts, rates, last = [], [], (0.0, 0.0)
    for point in hazard.curve:
        here = (point.at.days, -math.log(point.survival))
        starts.append(last[0])
        rates.append((here[1] - last[1]) / (here[0] - last[0]))
        last = here
    if not starts:
        raise InputError("truth: a time needs a median, a curve or a hazard ratio")
    return starts, rates


def _dropout(truth: Truth, *, arm: str, days: int) -> Floats:
    share = truth.dropout.get(arm, truth.dropout.get("all", 0.0))
    return piecewise_cumulative([0.0], [-math.log1p(-share) / DAYS_PER_YEAR], days=days)
