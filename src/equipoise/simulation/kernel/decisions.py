"""What each virtual trial decides: bounds at the information observed, look by look."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from equipoise.arrays import Bools, Floats, Ints
from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.observed_bounds import observed_bounds
from equipoise.kernels.trials.batch import SCORE
from equipoise.kernels.trials.fields import Readouts
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario

OPEN, BENEFIT, HARM, FUTILE, NOT_SHOWN = range(5)

MOST_KINDS = 1 << 18
"""Counts of several looks that are told apart by a table of all there could be."""


class Decisions(NamedTuple):
    """Per trial and hypothesis: how it ended, and at which of its readings that is told."""

    outcome: Ints  # (trials, H): BENEFIT, HARM, FUTILE or NOT_SHOWN
    stop: Ints  # (trials, H)
    late: Bools  # (trials, H) shown after its last look, with error that others passed on then


class Limits(NamedTuple):
    """Z at which a reading rejects (large is benefit), and at which it stops for futility."""

    upper: Floats
    lower: Floats


def decide(scenario: Scenario, found: Readouts, day: Ints) -> Decisions:
    """Decisions of a batch of trials.

    found : as filled by the batch kernel; day : (trials, L) trial day of each look
    Looks are taken as they come by the calendar of each trial, those of one day together; at each,
    rejections pass error on until nothing more is rejected. A hypothesis that has been given more
    is tested again by all its looks so far. A reading that cannot be tested (no variance) decides
    nothing.
    Source   Maurer & Bretz 2013 (group-sequential graphs, at the looks as they come).
    Checked  tests/twins/test_roads.py; tests/unit/simulation/test_decisions.py.
    """
    trials, count = len(found.z), len(scenario.hypotheses)
    shape = (trials, count)
    done = Decisions(
        np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64), np.zeros(shape, np.bool_)
    )
    readings = [
        (h, k) for h, one in enumerate(scenario.hypotheses) for k in range(len(one.readings))
    ]
    turns = turns_of(scenario, day)
    for turn in range(int(turns.max()) + 1):
        while True:
            before = done.outcome.copy()
            for h, k in readings:
                _reject(scenario, found, h, k, _Turn(turns, turn), done)
            if np.array_equal(before, done.outcome):
                break
        for h, k in readings:
            _give_up(scenario, found, h, k, _Turn(turns, turn), done)
    return done


class _Turn(NamedTuple):
    """of : (trials, R) on which of its trial's days with looks each reading comes; now : one."""

    of: Ints
    now: int


def turns_of(scenario: Scenario, day: Ints) -> Ints:
    """(trials, R) on which of the days with looks, counted from 0, each reading comes."""
    at = day[:, scenario.readings.look]
    ahead = np.sort(at, axis=1)
    is_first = np.diff(ahead, axis=1, prepend=-1) > 0
    before = (ahead[:, None, :] < at[:, :, None]) & is_first[:, None, :]
    return np.asarray(before.sum(axis=2))


def _rejected(outcome: Ints) -> Ints:
    """Bit masks (trials,) of the hypotheses rejected; harm passes no error on."""
    return np.asarray((outcome == BENEFIT) @ (1 << np.arange(outcome.shape[1], dtype=np.int64)))


def _reject(
    scenario: Scenario, found: Readouts, h: int, k: int, turn: _Turn, done: Decisions
) -> None:
    """Mark the trials whose reading k of hypothesis h crosses at the error now its own."""
    hypothesis, own = scenario.hypotheses[h], scenario.shares.table[:, h]
    comes = turn.of[:, hypothesis.readings[k]]
    waits = (done.outcome[:, h] == OPEN) & (comes == turn.now)
    if np.any((own > 0.0) & (own != own[0])):
        # what was not shown may be, with the error of others
        waits = np.isin(done.outcome[:, h], (OPEN, NOT_SHOWN)) & (comes <= turn.now)
    if not waits.any():
        return
    is_late = done.outcome[:, h] == NOT_SHOWN
    masks, counts = _rejected(done.outcome), observed(scenario, hypothesis, found)
    for mask in np.unique(masks[waits]):
        at = np.flatnonzero((masks == mask) & waits)
        if own[mask] <= 0.0:
            continue
        z = -found.z[at, hypothesis.readings[k]]
        limits = limits_at(scenario, hypothesis, k, counts[at], scenario.alpha * own[mask])
        benefit, harm = z >= limits.upper, z <= -limits.upper
        done.outcome[at[benefit], h] = BENEFIT
        if scenario.sides == 2:
            done.outcome[at[harm], h] = HARM
            benefit |= harm
        done.late[at[benefit], h] = is_late[at[benefit]]
        done.stop[at[benefit], h] = _next_look(hypothesis, turn, at[benefit])


def _next_look(hypothesis: NullHypothesis, turn: _Turn, at: Ints) -> Ints:
    """The look of a hypothesis at which it is told what is decided now: the next from now on."""
    ahead = turn.of[at][:, list(hypothesis.readings)] < turn.now
    return np.asarray(np.minimum(ahead.sum(axis=1), len(hypothesis.readings) - 1))


def _give_up(
    scenario: Scenario, found: Readouts, h: int, k: int, turn: _Turn, done: Decisions
) -> None:
    """Stop for futility, and close what the last reading leaves open."""
    hypothesis, (outcome, stop, _) = scenario.hypotheses[h], done
    comes = turn.of[:, hypothesis.readings[k]]
    at = np.flatnonzero((outcome[:, h] == OPEN) & (comes == turn.now))
    is_last = _is_last(hypothesis, k, observed(scenario, hypothesis, found)[at])
    outcome[at[is_last], h], stop[at[is_last], h] = NOT_SHOWN, k
    at = at[~is_last]
    if hypothesis.futility is not None and len(at):
        z = -found.z[:, hypothesis.readings[k]]
        counts, masks = observed(scenario, hypothesis, found), _rejected(outcome)
        for mask in np.unique(masks[at]):
            # one that waits for another is watched at the level that it will have
            share = scenario.shares.table[mask, h] or 1.0
            here = at[masks[at] == mask]
            limits = limits_at(scenario, hypothesis, k, counts[here], scenario.alpha * share)
            here = here[z[here] <= limits.lower]
            outcome[here, h], stop[here, h] = FUTILE, k


def _is_last(hypothesis: NullHypothesis, k: int, counts: Ints) -> Bools:
    """Whether nothing is left to spend: at the last reading, or with all information planned."""
    if k == len(hypothesis.readings) - 1:
        return np.ones(len(counts), dtype=np.bool_)
    by_calendar = hypothesis.plan is not None and hypothesis.plan.spend_by == "calendar"
    if hypothesis.spending is None or by_calendar:
        return np.zeros(len(counts), dtype=np.bool_)
    return np.asarray(counts[:, k] >= hypothesis.planned[-1])


def observed(scenario: Scenario, hypothesis: NullHypothesis, found: Readouts) -> Ints:
    """Information counted at each reading: events, or subjects for a proportion; (trials, K)."""
    columns = []
    for r in hypothesis.readings:
        by_subjects = scenario.readings.method[r] >= SCORE
        one, other = (
            (found.subjects_0, found.subjects_1)
            if by_subjects
            else (found.events_0, found.events_1)
        )
        columns.append(one[:, r] + other[:, r])
    return np.nan_to_num(np.array(columns).T).astype(np.int64)


def limits_at(
    scenario: Scenario, hypothesis: NullHypothesis, k: int, counts: Ints, alpha: float
) -> Limits:
    """Limits of reading k for each trial, at the information it has observed up to then.

    counts : (trials, K) from `observed`
    """
    counts = counts[:, : k + 1]
    promise = scenario.promise
    if promise is not None and hypothesis is scenario.hypotheses[promise.hypothesis]:
        # the weights of the looks were fixed before events were added: so is their correlation
        counts = np.minimum(counts, int(hypothesis.planned[-1]))
    unique, which = _distinct(counts)
    pairs = [
        _limits(hypothesis, tuple(int(n) for n in row), alpha / scenario.sides) for row in unique
    ]
    table = np.array(pairs).reshape(-1, 2)[which]
    return Limits(table[:, 0], table[:, 1])


def _distinct(counts: Ints) -> tuple[Ints, Ints]:
    """Each kind of row of counts, and of which kind each row is; without a sort where it can be."""
    kinds = tuple(int(n) + 1 for n in counts.max(axis=0))
    if math.prod(kinds) > MOST_KINDS:
        unique, which = np.unique(counts, axis=0, return_inverse=True)
        return unique, which.ravel()
    at = np.ravel_multi_index(tuple(counts.T), kinds)
    is_there = np.zeros(math.prod(kinds), dtype=np.bool_)
    is_there[at] = True
    place = np.cumsum(is_there) - 1
    return np.array(np.unravel_index(np.flatnonzero(is_there), kinds)).T, place[at]


@lru_cache(maxsize=65536)
def _limits(
    hypothesis: NullHypothesis, counts: tuple[int, ...], alpha: float
) -> tuple[float, float]:
    """Upper and lower limit of the last of `counts`, with `alpha` on one side.

    The last reading spends what is left, whatever has been observed; one that adds no information
    decides nothing.
    """
    last = len(counts) == len(hypothesis.planned)
    if counts[-1] <= max((0, *counts[:-1])):
        return np.inf, -np.inf
    if hypothesis.spending is None and hypothesis.futility is None:
        return (float(-ndtri(alpha)) if last else np.inf), -np.inf
    rising = [j for j, n in enumerate(counts) if n > max((0, *counts[:j]))]
    if hypothesis.plan is None:
        found = _by_share(hypothesis, [counts[j] for j in rising], len(counts), alpha)
    else:
        seen = [Seen(hypothesis.plan.looks[j].name, counts[j], 0.0) for j in rising]
        found = observed_bounds(hypothesis.plan, seen, alpha)
    at = len(rising) - 1
    upper, lower = found.upper[at], found.lower[at]
    return np.inf if upper is None else upper, -np.inf if lower is None else lower


def _by_share(hypothesis: NullHypothesis, counts: list[int], taken: int, alpha: float) -> Bounds:
    """Bounds where there is no plan: error is spent by share of the planned maximum."""
    planned = hypothesis.planned
    share = [n / planned[-1] for n in counts]
    ahead = [n / planned[-1] for n in planned[taken:] if n / planned[-1] > share[-1]]
    time = [min(t, 1.0) for t in (*share, *ahead)]
    if taken == len(planned):
        time[-1] = 1.0
    return bounds(
        share + ahead,
        alpha=alpha,
        efficacy=hypothesis.spending or "none",
        futility=hypothesis.futility,
        beta=hypothesis.beta,
        binding=hypothesis.binding,
        spending_time=time,
        drift=planned_drift(hypothesis, alpha),
    )


@lru_cache(maxsize=256)
def planned_drift(hypothesis: NullHypothesis, alpha: float) -> float:
    """The drift on which error of the second kind is spent: the plan's, whatever is observed."""
    if hypothesis.futility is None:
        return 1.0
    found = bounds(
        [n / hypothesis.planned[-1] for n in hypothesis.planned],
        alpha=alpha,
        efficacy=hypothesis.spending or "none",
        futility=hypothesis.futility,
        beta=hypothesis.beta,
        binding=hypothesis.binding,
    )
    return found.drift


def planned_limit(hypothesis: NullHypothesis, alpha: float) -> float:
    """The upper limit of the last look if all goes as planned, with `alpha` on one side."""
    return _limits(hypothesis, tuple(round(n) for n in hypothesis.planned), alpha)[0]
