"""A truth as tables of chance: what both roads draw their patients from."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

import numpy as np

from equipoise.allocation.procedure import block_sizes, procedure_of, strata_of_list
from equipoise.arrays import Floats
from equipoise.calendar import DAYS_PER_YEAR
from equipoise.conduct.visits import PROGRESSION as PROGRESSION
from equipoise.errors import InputError, did_you_mean
from equipoise.kernels.cohort import Chances, Crossing, World, make_world, piecewise_cumulative
from equipoise.meaning.planned_truth.truth import why_not
from equipoise.meaning.rates import accrual, dropout, hazard, says_accrual
from equipoise.meaning.virtual.limits import refuse, rows_of_scans
from equipoise.protocol import Protocol
from equipoise.protocol.model import Accrual, TimeTruth, Truth
from equipoise.units import parse_duration

DEATH = "death"
LATER_THERAPY = "later therapy"
"""Purpose of the draws of therapy after progression: 0 whether, 1 when, 2 which."""

THERAPY_AFTER, THERAPY_MEAN = 7, 45.0
"""Days from the scan to the earliest start of another therapy, and from then on in the mean."""

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
        if not protocol.truth:
            raise InputError(f'there is no truth "{name}": {why_not(protocol)}')
        have = ", ".join(f'"{key}"' for key in protocol.truth)
        hint = did_you_mean(name, protocol.truth)
        raise InputError(f'there is no truth "{name}"{hint}; truths here: {have}')
    return protocol.truth[name]


def setting(protocol: Protocol, *, truth: str) -> Setting:
    """The tables of chance of one truth.

    Raises   InputError if there is no such truth, it lacks a level or an arm of the protocol, or
             the protocol asks for what no virtual trial does.
    Checked  tests/unit/patients/test_world.py.
    """
    found = truth_named(protocol, truth)
    refuse(protocol, rows_of_scans)
    entry = accrual_curve(protocol, found)
    days = len(entry) + _follow_up(protocol, found)
    strata = strata_of_list(protocol.allocation)
    times = _times(found)
    chances = Chances(
        subjects=found.patients or protocol.population.randomize,
        accrual=entry,
        prevalence=_prevalence(protocol, found, strata),
        ratio=protocol.allocation.ratios,
        block_sizes=block_sizes(protocol.allocation),
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
        procedure=procedure_of(protocol.allocation),
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


def accrual_curve(protocol: Protocol, truth: Truth) -> Floats:
    """P(entry <= d), d = 1, 2, ..., ending in 1; as assumed for planning if the truth is silent.

    Raises   InputError if neither says how subjects enter, or the rates bring too few.
    """
    subjects = float(truth.patients or protocol.population.randomize)
    own = says_accrual(truth.accrual)
    plan = truth.accrual if own else protocol.assume.accrual
    if not says_accrual(plan):
        plan = Accrual(lasts=parse_duration("1 month"))
    entered = accrual(plan, subjects, "truth: accrual" if own else "assume.accrual")
    ends = np.array(entered.starts)
    shares = np.array([entered.total(end) for end in ends]) / subjects
    days = np.arange(1, math.ceil(ends[-1]) + 1, dtype=np.float64)
    return np.asarray(np.interp(days, ends, shares / shares[-1]))


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
    for needed in (arm, protocol.control):
        if needed not in time.arms:
            said = ", ".join(time.arms)
            raise InputError(f'truth: nothing is said about the arm "{needed}"; found {said}')
    control = hazard(time.arms[protocol.control], None, f"truth: {protocol.control}")
    found = control if arm == protocol.control else hazard(time.arms[arm], control, f"truth: {arm}")
    return piecewise_cumulative(found.starts, found.values, days=days)


def _dropout(truth: Truth, *, arm: str, days: int) -> Floats:
    lost = dropout(truth.dropout, arm)
    return piecewise_cumulative(lost.starts, lost.values, days=days)
