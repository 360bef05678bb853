"""Events added where the interim promises: the zone by hand, the weights, the error kept."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.errors import InputError
from equipoise.kernels.trials import batch
from equipoise.kernels.trials.fields import empty_readouts
from equipoise.simulation.kernel import promising
from equipoise.simulation.kernel.decisions import planned_limit
from equipoise.simulation.kernel.promising import conditional_power, promised_events, with_promise
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
from support.decided import one_hypothesis
from support.verification import module

trial = module("trial")
NULL, PLANNED = trial.NULL, trial.PLANNED
SENTENCE = "OS: 20% to 90%, at most 240 events"
ERRORS = 4.0
TRIALS = 8_000


def two_looks(truth):
    plan = trial.Trial({"first": 60, "final": 120}, 300, 0.65, spending="lan-demets-obf")
    return trial.scenario(plan, truth)


def test_conditional_power_by_hand():
    # half the events seen at Z 1, the bound 1.96 on equal weights: the second stage must reach
    # (1.96 - sqrt(.5)) / sqrt(.5) = 1.7719, and has mean 1 under the trend
    one = np.array([1.0])
    found = conditional_power(one, 50 * one, 50 * one, planned=100.0, bound=1.96)
    assert found[0] == pytest.approx(norm.sf((1.96 - math.sqrt(0.5)) / math.sqrt(0.5) - 1.0))
    more = conditional_power(one, 50 * one, 200 * one, planned=100.0, bound=1.96)
    assert more[0] == pytest.approx(norm.sf((1.96 - math.sqrt(0.5)) / math.sqrt(0.5) - 2.0))


def interim(z, events=60.0):
    found = empty_readouts(len(z), 2)
    found.z[:, 0] = -np.array(z)
    found.events_0[:, 0] = found.events_1[:, 0] = events / 2
    return found


def test_events_are_added_in_the_zone_alone_and_bring_the_power_wanted():
    made = with_promise(two_looks(NULL), SENTENCE)
    z = np.linspace(-1.0, 3.0, 81)
    target = promised_events(made, made.promise, interim(z))
    bound = planned_limit(made.hypotheses[0], made.alpha)
    common = {"planned": 120.0, "bound": bound}
    seen = np.full_like(z, 60.0)
    power = conditional_power(z, seen, seen, **common)
    np.testing.assert_array_equal(target[(power < 0.2) | (power >= 0.9)], 120)
    inside = (power >= 0.2) & (power < 0.9)
    assert (target[inside] > 120).all()
    assert target.max() == 240
    free = inside & (target < 240)
    assert free.sum() > 3
    reached = conditional_power(z[free], seen[free], target[free] - 60.0, **common)
    short = conditional_power(z[free], seen[free], target[free] - 61.0, **common)
    assert (reached >= 0.9).all()
    assert (short < 0.9).all()


def test_what_cannot_be_read_promises_nothing():
    made = with_promise(two_looks(NULL), SENTENCE)
    for found in (interim([np.nan]), interim([1.5], 0.0), interim([1.5], 120.0), interim([0.0])):
        assert promised_events(made, made.promise, found) == [120]


def test_only_promising_trials_change_and_their_last_z_is_weighted():
    plain, made = two_looks(PLANNED), with_promise(two_looks(PLANNED), SENTENCE)
    before, after = (run_batch(s, seed=2, start=40, trials=80) for s in (plain, made))
    target = promised_events(made, made.promise, before.found)
    same = target == 120
    assert 10 < same.sum() < 70
    for one, other in zip((*before.held, *before.found), (*after.held, *after.found), strict=True):
        np.testing.assert_array_equal(one[same], other[same])
        np.testing.assert_array_equal(one[:, 0], other[:, 0])
    for i in np.flatnonzero(~same):
        later = replace(plain, looks=plain.looks._replace(target=np.array([60, target[i]])))
        alone = run_batch(later, seed=2, start=40 + int(i), trials=1).found
        d1, d2 = (alone.events_0 + alone.events_1)[0]
        z1, z2 = alone.z[0]
        assert d2 >= target[i] > 120
        second = (math.sqrt(d2) * z2 - math.sqrt(d1) * z1) / math.sqrt(d2 - d1)
        w = d1 / 120
        expected = math.sqrt(w) * z1 + math.sqrt(1 - w) * second
        assert after.found.z[i, 1] == pytest.approx(expected, rel=1e-12)


def test_error_stays_and_power_grows():
    plain, made = (
        simulate_scenario(s, trials=TRIALS, seed=3)
        for s in (two_looks(PLANNED), with_promise(two_looks(PLANNED), SENTENCE))
    )
    gain = made.value("power", hypothesis="OS").value - plain.value("power", hypothesis="OS").value
    assert gain > 0.05
    assert made.value("events added", hypothesis="OS").value > 0.1
    more = [s.value("expected events", hypothesis="OS").value for s in (made, plain)]
    assert more[0] > more[1] + 5
    null = simulate_scenario(with_promise(two_looks(NULL), SENTENCE), trials=TRIALS, seed=3)
    rejected = null.value("rejected", hypothesis="OS")
    assert rejected.value == pytest.approx(two_looks(NULL).alpha, abs=ERRORS * rejected.error)


def test_a_promise_has_a_digest_of_its_own_and_no_chunk_changes_it():
    plain, made = two_looks(PLANNED), with_promise(two_looks(PLANNED), SENTENCE)
    assert plain.digest != made.digest
    whole = run_batch(made, seed=2, start=0, trials=30)
    part = run_batch(made, seed=2, start=11, trials=7)
    for one, other in zip(whole.found, part.found, strict=True):
        np.testing.assert_array_equal(one[11:18], other)
    one, two = (simulate_scenario(made, trials=5000, seed=5, workers=w) for w in (1, 2))
    assert one.digest == two.digest


def test_the_unweighted_statistic_is_the_mutant(monkeypatch):
    monkeypatch.setattr(promising, "weighted", lambda z, events, planned: float(z[1]))
    with pytest.raises(AssertionError):
        test_only_promising_trials_change_and_their_last_z_is_weighted()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("OS 20% to 90%", "expected NAME"),
        ("Os: 20% to 90%, at most 240 events", "did you mean OS"),
        ("OS: 20% to 90%, at most 120 events", "plans 120 events"),
        ("OS: 90% to 20%, at most 240 events", "zone that rises"),
    ],
)
def test_sentences_that_cannot_be_followed(text, says):
    with pytest.raises(InputError, match=says):
        with_promise(two_looks(NULL), text)


def test_designs_that_cannot_be_raised():
    one = trial.scenario(trial.Trial({"final": 74}, 110), NULL)
    with pytest.raises(InputError, match="interim"):
        with_promise(one, "OS: 20% to 90%, at most 240 events")
    made = one_hypothesis()
    score = made.readings.method * 0 + batch.SCORE
    other = replace(made, readings=made.readings._replace(method=score))
    with pytest.raises(InputError, match="log-rank"):
        with_promise(other, f"{made.hypotheses[0].name}: 20% to 90%, at most 240 events")
