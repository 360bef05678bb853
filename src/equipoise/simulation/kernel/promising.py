"""Sample-size re-estimation: a promising interim result buys more events.

At the last interim look of a hypothesis the conditional power under the trend so far is worked out.
If it lies in the promising zone, the last look waits for as many events as bring it to the power
wanted, up to a most. The last statistic then weighs the two stages as planned (Cui, Hung and Wang),
so that the error stays what it was, whatever was added.

Source   Mehta & Pocock 2011; Cui, Hung & Wang 1999.
Checked  tests/unit/simulation/test_promising.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.arrays import Floats, Ints
from equipoise.errors import InputError, did_you_mean
from equipoise.kernels.trials import batch
from equipoise.kernels.trials.fields import LooksHeld, Readouts
from equipoise.kernels.trials.follow import AT_EVENTS
from equipoise.simulation.kernel.decisions import planned_limit
from equipoise.simulation.kernel.scenario import Promise, Scenario

WANTED = 0.9
_SENTENCE = re.compile(
    r"^(?P<name>.+): (?P<low>[0-9]+(?:\.[0-9]+)?)% to (?P<high>[0-9]+(?:\.[0-9]+)?)%,"
    r" at most (?P<most>[0-9]+) events$"
)


def with_promise(scenario: Scenario, text: str) -> Scenario:
    """The scenario with the re-estimation that a sentence says.

    text : as in `PFS: 36% to 80%, at most 150 events`; the power wanted is 90%, or the upper end of
        the zone if that is above
    Raises   InputError for another wording, or a hypothesis whose events cannot be raised.
    """
    found = _SENTENCE.match(text)
    if not found:
        raise InputError(
            f'"{text}": expected NAME: LOW% to HIGH%, at most N events,'
            " for example PFS: 36% to 80%, at most 150 events"
        )
    names = [h.name for h in scenario.hypotheses]
    if found["name"] not in names:
        raise InputError(f'no hypothesis "{found["name"]}"{did_you_mean(found["name"], names)}')
    low, high = float(found["low"]) / 100.0, float(found["high"]) / 100.0
    promise = Promise(
        hypothesis=names.index(found["name"]),
        low=low,
        high=high,
        most=int(found["most"]),
        wanted=max(high, WANTED),
    )
    _check(scenario, promise)
    return replace(scenario, promise=promise)


def _check(scenario: Scenario, promise: Promise) -> None:
    hypothesis = scenario.hypotheses[promise.hypothesis]
    last = hypothesis.readings[-1]
    look = scenario.readings.look[last]
    faults = {
        "needs an interim look": len(hypothesis.readings) < 2,
        "needs a log-rank test": scenario.readings.method[last] != batch.LOGRANK,
        "needs a last look at a number of events": scenario.looks.kind[look] != AT_EVENTS,
        f"plans {hypothesis.planned[-1]:g} events and may not end with {promise.most}": (
            promise.most <= hypothesis.planned[-1]
        ),
        "needs a zone that rises between 0% and 100%": not 0.0 <= promise.low < promise.high < 1.0,
    }
    for fault, is_so in faults.items():
        if is_so:
            raise InputError(f"re-estimation: {hypothesis.name} {fault}")


def conditional_power(
    z: Floats, seen: Floats, more: Floats, *, planned: float, bound: float
) -> Floats:
    """Chance that the weighted last statistic reaches `bound` if the trend of the interim goes on.

    z, seen : at the interim, large in favor of the experimental arm, and events
    more : events added after the interim; planned : events planned in all
    """
    needed = _needed(z, seen, planned=planned, bound=bound)
    return np.asarray(ndtr(z * np.sqrt(more / seen) - needed))


def _needed(z: Floats, seen: Floats, *, planned: float, bound: float) -> Floats:
    """The statistic that the second stage alone must reach."""
    share = seen / planned
    return np.asarray((bound - np.sqrt(share) * z) / np.sqrt(1.0 - share))


def promised_events(scenario: Scenario, promise: Promise, found: Readouts) -> Ints:
    """Events at which the last look of each trial takes place; (trials,)."""
    hypothesis = scenario.hypotheses[promise.hypothesis]
    before, planned = hypothesis.readings[-2], hypothesis.planned[-1]
    bound = planned_limit(hypothesis, scenario.alpha / scenario.sides)
    z = -found.z[:, before]
    seen = found.events_0[:, before] + found.events_1[:, before]
    target = np.full(len(z), int(planned), dtype=np.int64)
    # an interim that already has the planned events, or no events, leaves nothing to be promised
    at = np.flatnonzero(np.isfinite(z) & (z > 0.0) & (seen > 0.0) & (seen < planned))
    z, seen = z[at], seen[at]
    power = conditional_power(z, seen, planned - seen, planned=planned, bound=bound)
    needed = _needed(z, seen, planned=planned, bound=bound)
    wish = np.ceil(seen + seen * ((needed + ndtri(promise.wanted)) / z) ** 2)
    inside = (promise.low <= power) & (power < promise.high)
    target[at[inside]] = np.clip(wish[inside], planned, promise.most).astype(np.int64)
    return target


def add_events(
    scenario: Scenario, promise: Promise, *, seed: int, start: int, held: LooksHeld, found: Readouts
) -> None:
    """Run again, with their last look later, the trials of a batch whose interim promises.

    held, found : as `batch.run` left them; the rows of those trials are replaced, and the Z of
        their last reading becomes the weighted one
    """
    s, hypothesis = scenario, scenario.hypotheses[promise.hypothesis]
    before, last = hypothesis.readings[-2:]
    look = s.readings.look[last]
    target = promised_events(s, promise, found)
    bench = batch.empty_bench(s.plan, 1)
    for i in np.flatnonzero(target > hypothesis.planned[-1]):
        looks = s.looks._replace(target=s.looks.target.copy())
        looks.target[look] = target[i]
        days = LooksHeld(*(of[i : i + 1] for of in held))
        own = Readouts(*(of[i : i + 1] for of in found))
        batch.run(s.plan._replace(looks=looks), bench, seed, start + int(i), days, own)
        z, events = own.z[0, [before, last]], (own.events_0 + own.events_1)[0, [before, last]]
        found.z[i, last] = weighted(z, events, hypothesis.planned[-1])


def weighted(z: Floats, events: Floats, planned: float) -> float:
    """The last Z with the weights planned for its two stages.

    z, events : (2,) at the last interim look and at the last look
    """
    first, total = events
    stage = (z[1] * np.sqrt(total) - z[0] * np.sqrt(first)) / np.sqrt(total - first)
    share = first / planned
    return float(np.sqrt(share) * z[0] + np.sqrt(1.0 - share) * stage)
