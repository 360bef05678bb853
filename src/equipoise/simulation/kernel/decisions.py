"""What each virtual trial decides: bounds at the information observed, look by look."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from equipoise.arrays import Floats, Ints
from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.model import Bounds
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.observed_bounds import observed_bounds
from equipoise.kernels.trials.batch import SCORE
from equipoise.kernels.trials.fields import Readouts
from equipoise.simulation.kernel.scenario import NullHypothesis, Scenario

OPEN, BENEFIT, HARM, FUTILE, NOT_SHOWN = range(5)


class Decisions(NamedTuple):
    """Per trial and hypothesis: how it ended, and at which of its readings."""

    outcome: Ints  # (trials, H): BENEFIT, HARM, FUTILE or NOT_SHOWN
    stop: Ints  # (trials, H)


class Limits(NamedTuple):
    """Z at which a reading rejects (large is benefit), and at which it stops for futility."""

    upper: Floats
    lower: Floats


def decide(scenario: Scenario, found: Readouts) -> Decisions:
    """Decisions of a batch of trials.

    found : as filled by the batch kernel
    Looks are taken in order; at each, rejections pass error on until nothing more is rejected. A
    reading that cannot be tested (no variance) decides nothing.
    Source   Maurer & Bretz 2013 (group-sequential graphs, at the looks as they come).
    """
    trials, count = len(found.z), len(scenario.hypotheses)
    outcome = np.zeros((trials, count), dtype=np.int64)
    stop = np.zeros((trials, count), dtype=np.int64)
    for look in range(len(scenario.look_names)):
        here = [(h, k) for h, k in _readings_at(scenario, look)]
        for _ in here:
            before = outcome.copy()
            for h, k in here:
                _reject(scenario, found, h, k, outcome, stop)
            if np.array_equal(before, outcome):
                break
        for h, k in here:
            _give_up(scenario, found, h, k, outcome, stop)
    return Decisions(outcome, stop)


def _readings_at(scenario: Scenario, look: int) -> list[tuple[int, int]]:
    return [
        (h, k)
        for h, hypothesis in enumerate(scenario.hypotheses)
        for k, r in enumerate(hypothesis.readings)
        if scenario.readings.look[r] == look
    ]


def _rejected(outcome: Ints) -> Ints:
    """Bit masks (trials,) of the hypotheses rejected, in either direction."""
    bits = (outcome == BENEFIT) | (outcome == HARM)
    return np.asarray(bits @ (1 << np.arange(outcome.shape[1], dtype=np.int64)))


def _reject(scenario: Scenario, found: Readouts, h: int, k: int, outcome: Ints, stop: Ints) -> None:
    """Mark the open trials whose reading k of hypothesis h crosses at the error now its own."""
    masks = _rejected(outcome)
    hypothesis = scenario.hypotheses[h]
    counts = observed(scenario, hypothesis, found)
    for mask in np.unique(masks):
        share = scenario.shares.table[mask, h]
        at = np.flatnonzero((masks == mask) & (outcome[:, h] == OPEN))
        if share <= 0.0 or not len(at):
            continue
        z = -found.z[at, hypothesis.readings[k]]
        limits = limits_at(scenario, hypothesis, k, counts[at], scenario.alpha * share)
        benefit, harm = z >= limits.upper, z <= -limits.upper
        outcome[at[benefit], h] = BENEFIT
        if scenario.sides == 2:
            outcome[at[harm], h] = HARM
            benefit |= harm
        stop[at[benefit], h] = k


def _give_up(
    scenario: Scenario, found: Readouts, h: int, k: int, outcome: Ints, stop: Ints
) -> None:
    """Stop for futility, and close what the last reading leaves open."""
    hypothesis = scenario.hypotheses[h]
    last = k == len(hypothesis.readings) - 1
    at = np.flatnonzero(outcome[:, h] == OPEN)
    if last:
        outcome[at, h], stop[at, h] = NOT_SHOWN, k
    elif hypothesis.futility is not None and len(at):
        z = -found.z[:, hypothesis.readings[k]]
        counts, masks = observed(scenario, hypothesis, found), _rejected(outcome)
        for mask in np.unique(masks[at]):
            # one that waits for another is watched at the level that it will have
            share = scenario.shares.table[mask, h] or 1.0
            here = at[masks[at] == mask]
            limits = limits_at(scenario, hypothesis, k, counts[here], scenario.alpha * share)
            here = here[z[here] <= limits.lower]
            outcome[here, h], stop[here, h] = FUTILE, k


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
    unique, which = np.unique(counts, axis=0, return_inverse=True)
    pairs = [
        _limits(hypothesis, tuple(int(n) for n in row), alpha / scenario.sides) for row in unique
    ]
    table = np.array(pairs).reshape(-1, 2)[which.ravel()]
    return Limits(table[:, 0], table[:, 1])


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
