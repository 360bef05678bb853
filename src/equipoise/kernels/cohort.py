"""The subjects of one virtual trial: entry, stratum, arm and true days, by keyed draws.

Every draw belongs to (seed, trial, subject, purpose); `subject` is the number before sorting by
entry.

    purpose     subject  draw n  gives
    accrual     i        0       entry day, 1 = first day of the trial, by table `accrual`
    stratum     i        0       stratum: how many `prevalence` thresholds are at or below the level
    block:<s>   -1       2p      slot p of stratum s's list: below(sum of weights)
    block:<s>   -1       2p + 1  if slot p opens a block: which size, below(number of sizes)
    minimization -1      j       arm of the j-th subject to arrive: below(sum of weights)
    <endpoint>  i        0       true day of the endpoint's event, by table (arm, stratum)
    dropout     i        0       last day under observation, by table (arm, stratum)
    response    i        0       response: level < threshold (arm, stratum)
    crossover   i        0       goes over to the other arm's drug: level < threshold (arm)

below(k) = level * k >> 31; the weights are the slots left in a block, or those of another method
(`kernels/procedures.py`). Subjects arrive by (entry, i); the list of a stratum is used in that
order. Days count from randomization, which is day 1; event day d of a subject entered on trial day
e falls on trial day e + d - 1. A continuous time T is day ceil(T), so every day is 1 or later.

Correlation: an endpoint with link r to the first endpoint has u = Phi(r z + sqrt(1 - r^2) z'),
where z and z' are the normal quantiles of the two endpoints' own uniforms (a Gaussian copula of
times: long with long). A response with link r uses the level of 1 - u: responders live longer. An
endpoint that cannot come before another (death, before "progression or death") happens on the
later of the two days, which leaves the earlier endpoint's distribution exact and lifts the later
one where they cross.

Crossover: a subject of an arm that may cross, whose day P of the first endpoint comes before death
on day D, crosses at P and lives on to day P + ceil(factor * (D - P)): the life that is left is so
many times as long (the rank-preserving structural failure time model of Robins and Tsiatis 1991).

The numba twin is `kernels/trials/arrive.py`.

Checked  tests/twins/test_cohort.py; tests/unit/test_cohort_laws.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws
from equipoise.kernels.draws import DayTables
from equipoise.kernels.procedures import BLOCKS, Procedure, allocate_plain, make_procedure

NO_INDEX = -1  # of no endpoint


class World(NamedTuple):
    """Everything that decides a trial's subjects; E endpoints, K arms, S strata."""

    subjects: int
    accrual_days: int
    tables: DayTables  # row 0 is accrual
    prevalence: Ints  # (S-1,) cumulative thresholds
    ratio: Ints  # (K,)
    ratio_sum: int
    block_sizes: Ints  # (B,) each a multiple of sum(ratio)
    event_row: Ints  # (E, K, S) row of `tables`
    dropout_row: Ints  # (K, S)
    response: Ints  # (K, S) thresholds
    link: Floats  # (E,) with endpoint 0; link[0] is not used
    not_before: Ints  # (E,) an earlier endpoint's index, or NO_INDEX
    response_link: float  # with endpoint 0
    cross: Ints  # (K,) thresholds; 0 in an arm that nobody leaves
    longer: Floats  # (K,) how many times as long the life after crossing is
    prolonged: int  # the endpoint that crossing moves (death), or NO_INDEX
    event_purpose: NDArray[np.uint64]  # (E,)
    block_purpose: NDArray[np.uint64]  # (S,)
    procedure: Procedure


class Crossing(NamedTuple):
    """Who goes over to another arm's drug on the day of the first endpoint, by arm (K,)."""

    share: Sequence[float]
    longer: Sequence[float]  # how many times as long the life after it is
    prolonged: int  # the endpoint that is moved


class Cohort(NamedTuple):
    """One trial's subjects in order of arrival; n subjects, E endpoints."""

    subject: Ints  # (n,) the stream's subject number
    entry: Ints  # (n,) trial day of randomization, 1, 2, ...
    stratum: Ints  # (n,)
    arm: Ints  # (n,)
    day: Ints  # (E, n) true day from randomization; table days + 1 = later than the table
    dropout: Ints  # (n,) last day under observation
    response: Ints  # (n,) 1 = would respond
    crossed: Ints  # (n,) 1 = takes the other arm's drug from the day of the first endpoint on


def piecewise_cumulative(starts: Sequence[float], rates: Sequence[float], *, days: int) -> Floats:
    """P(day <= d), d = 1..days, under hazards `rates` per day from `starts` (days, the first 0) on.

    Checked  tests/unit/test_cohort_laws.py.
    """
    d = np.arange(1, days + 1, dtype=np.float64)
    ends = [*starts[1:], math.inf]
    hazard = sum(
        rate * np.clip(np.minimum(d, end) - start, 0.0, None)
        for start, end, rate in zip(starts, ends, rates, strict=True)
    )
    return np.asarray(-np.expm1(-np.asarray(hazard)))


class Chances(NamedTuple):
    """What a world is made from: K arms, S strata; P(...) by day are arrays for d = 1, 2, ...

    accrual : P(entry <= d), ending in 1
    prevalence : (S,) shares of the strata, summing to 1
    block_sizes : each a multiple of sum(ratio)
    endpoints : their names, which are the purposes of their draws
    events : [endpoint][arm][stratum] -> P(day <= d), all of one length
    dropout : [arm][stratum] -> the same for leaving; zeros where nobody leaves
    response : [arm][stratum] -> probability; default none
    link, response_link : correlation with the first endpoint; default none
    not_before : an earlier endpoint's index, or -1; default none
    crossover : who goes over to another arm's drug at the first endpoint, and what it does
    procedure : how arms are drawn; default permuted blocks
    """

    subjects: int
    accrual: Floats
    prevalence: Sequence[float]
    ratio: Sequence[int]
    block_sizes: Sequence[int]
    endpoints: Sequence[str]
    events: Sequence[Sequence[Sequence[Floats]]]
    dropout: Sequence[Sequence[Floats]]
    response: Sequence[Sequence[float]] | None = None
    link: Sequence[float] | None = None
    not_before: Sequence[int] | None = None
    response_link: float = 0.0
    crossover: Crossing | None = None
    procedure: Procedure | None = None


def make_world(c: Chances) -> World:
    """The tables and thresholds of these chances."""
    arms, strata, none = len(c.ratio), len(c.prevalence), [NO_INDEX] * len(c.events)
    days = max(len(c.accrual), len(c.dropout[0][0]))
    rows = _TableRows(days)
    rows.number(np.concatenate([c.accrual, np.ones(days - len(c.accrual))]))
    event_row = [[[rows.number(of) for of in arm] for arm in e] for e in c.events]
    dropout_row = [[rows.number(of) for of in arm] for arm in c.dropout]
    responds = c.response or [[0.0] * strata] * arms
    goes = c.crossover or Crossing([0.0] * arms, [1.0] * arms, NO_INDEX)
    return World(
        subjects=c.subjects,
        accrual_days=len(c.accrual),
        tables=draws.day_tables(np.array(rows.found)),
        prevalence=_thresholds(np.cumsum(c.prevalence)[:-1]),
        ratio=np.array(c.ratio, dtype=np.int64),
        ratio_sum=sum(c.ratio),
        block_sizes=np.array(c.block_sizes, dtype=np.int64),
        event_row=np.array(event_row, dtype=np.int64),
        dropout_row=np.array(dropout_row, dtype=np.int64),
        response=np.array([_thresholds(np.array(arm)) for arm in responds]),
        link=np.array(c.link or [0.0] * len(c.events), dtype=np.float64),
        not_before=np.array(c.not_before or none, dtype=np.int64),
        response_link=float(c.response_link),
        cross=_thresholds(np.array(goes.share)),
        longer=np.array(goes.longer, dtype=np.float64),
        prolonged=goes.prolonged,
        event_purpose=_purposes(c.endpoints),
        block_purpose=_purposes([f"block:{s}" for s in range(strata)]),
        procedure=c.procedure or make_procedure(BLOCKS),
    )


class _TableRows:
    """Distributions by day, each once. Beyond its own end a table's subject has no event."""

    def __init__(self, days: int) -> None:
        self.days = days
        self.found: list[Floats] = []
        self._seen: dict[bytes, int] = {}

    def number(self, cumulative: Floats) -> int:
        """The row of a distribution."""
        beyond = np.full(self.days - len(cumulative), cumulative[-1])
        padded = np.concatenate([cumulative, beyond])
        key = padded.tobytes()
        if key not in self._seen:
            self._seen[key] = len(self.found)
            self.found.append(padded)
        return self._seen[key]


def _thresholds(probability: Floats) -> Ints:
    return np.array([streams.threshold(float(p)) for p in probability], dtype=np.int64)


def _purposes(names: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([streams.purpose_id(name) for name in names], dtype=np.uint64)


ACCRUAL_ID, STRATUM_ID, DROPOUT_ID, RESPONSE_ID, CROSSOVER_ID = _purposes(
    ["accrual", "stratum", "dropout", "response", "crossover"]
)


def cohort_plain(world: World, *, seed: int, trial: int) -> Cohort:
    """One trial's subjects, in plain Python: the definition of the draws."""
    key = streams.trial_key(seed, trial)
    keys = [streams.subject_key(key, i) for i in range(world.subjects)]
    entry = [draws.day_plain(world.tables, 0, _level(k, ACCRUAL_ID)) for k in keys]
    order = sorted(range(world.subjects), key=lambda i: (entry[i], i))
    stratum = [sum(int(t) <= _level(keys[i], STRATUM_ID) for t in world.prevalence) for i in order]
    arm = allocate_plain(
        world.procedure,
        ratio=[int(r) for r in world.ratio],
        sizes=[int(size) for size in world.block_sizes],
        purposes=[int(p) for p in world.block_purpose],
        key=streams.subject_key(key, -1),
        strata=stratum,
    )
    cells = list(zip([keys[i] for i in order], arm, stratum, strict=True))
    lives = [_life(world, k, a, s) for k, a, s in cells]
    return Cohort(
        subject=np.array(order, dtype=np.int64),
        entry=np.array([entry[i] for i in order], dtype=np.int64),
        stratum=np.array(stratum, dtype=np.int64),
        arm=np.array(arm, dtype=np.int64),
        day=np.array([life.days for life in lives], dtype=np.int64).T.copy(),
        dropout=np.array([life.left for life in lives], dtype=np.int64),
        response=np.array([life.response for life in lives], dtype=np.int64),
        crossed=np.array([life.crossed for life in lives], dtype=np.int64),
    )


def _level(key: int, purpose: np.uint64, n: int = 0) -> int:
    return streams.level(streams.word(key, int(purpose), n))


class _Life(NamedTuple):
    """What fate has set for one subject."""

    days: list[int]  # by endpoint
    left: int  # the last day under observation
    response: int
    crossed: int


def _life(world: World, key: int, arm: int, stratum: int) -> _Life:
    # A truth may hold no time at all; then nothing is tied to the first one.
    first = streams.word(key, int(world.event_purpose[0]), 0) if len(world.event_purpose) else 0
    days: list[int] = []
    for e, purpose in enumerate(world.event_purpose):
        at = _linked(first, streams.word(key, int(purpose), 0), world.link[e] if e else 0.0)
        day = draws.day_plain(world.tables, world.event_row[e, arm, stratum], at)
        days.append(max(day, days[world.not_before[e]]) if world.not_before[e] >= 0 else day)
    left = draws.day_plain(world.tables, world.dropout_row[arm, stratum], _level(key, DROPOUT_ID))
    at = _linked(first, streams.word(key, int(RESPONSE_ID), 0), world.response_link)
    if world.response_link != 0.0:
        at = streams.LEVELS - 1 - at
    crossed = _crosses(world, key, arm, days)
    return _Life(days, left, int(at < world.response[arm, stratum]), int(crossed))


def _crosses(world: World, key: int, arm: int, days: list[int]) -> bool:
    """Whether a subject crosses over; then the day of the prolonged endpoint is moved."""
    if world.prolonged == NO_INDEX or _level(key, CROSSOVER_ID) >= world.cross[arm]:
        return False
    last, at, end = world.tables.days, days[0], days[world.prolonged]
    if at > last or end <= at:
        return False
    if end <= last:
        later = at + math.ceil(float(world.longer[arm]) * (end - at))
        days[world.prolonged] = min(later, last + 1)
    return True


def _linked(first: int, own: int, link: float) -> int:
    """The level of `own`, tied to the word `first` by a Gaussian copula."""
    if link == 0.0:
        return streams.level(own)
    z = streams.normal_quantile(streams.unit(first))
    z_own = streams.normal_quantile(streams.unit(own))
    mixed = link * z + math.sqrt(1.0 - link * link) * z_own
    return streams.level_of(streams.normal_probability(mixed))
