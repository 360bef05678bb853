"""Streaming sums say what the trials themselves say."""

import numpy as np
import pytest

from equipoise.simulation.kernel.decisions import BENEFIT
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
from equipoise.simulation.operating.moments import mean, quantile
from support.trials import small

TRIALS = 700


@pytest.fixture(scope="module")
def both():
    return (
        simulate_scenario(small(1), trials=TRIALS, seed=5),
        run_batch(small(1), seed=5, start=0, trials=TRIALS),
    )


def row(found, statistic, hypothesis="PFS", look=""):
    return found.value(statistic, hypothesis=hypothesis, look=look)


def test_power_and_its_error(both):
    found, trials = both
    hits = (trials.decisions.outcome[:, 0] == BENEFIT).mean()
    power = row(found, "power")
    assert power.value == pytest.approx(hits, abs=1e-15)
    assert power.error == pytest.approx(np.sqrt(hits * (1 - hits) / TRIALS))


def test_stops_by_look_sum_to_the_power(both):
    found, _ = both
    stops = [row(found, "stop for benefit", look=f"PFS {k}") for k in ("interim", "final")]
    assert sum(r.value for r in stops) == pytest.approx(row(found, "power").value, abs=1e-12)


def test_look_days(both):
    found, trials = both
    day = trials.held.day[:, 1]
    at = row(found, "day", hypothesis="", look="PFS final")
    assert at.value == pytest.approx(day.mean())
    assert at.error == pytest.approx(day.std(ddof=1) / np.sqrt(TRIALS))
    half = row(found, "day, 50%", hypothesis="", look="PFS final")
    assert half.value == np.quantile(day, 0.5, method="inverted_cdf")


def test_expected_events_and_estimates(both):
    found, trials = both
    events = row(found, "events, experimental", look="PFS final")
    assert events.value == pytest.approx(trials.found.events_1[:, 1].mean())
    estimate = trials.found.estimate[:, 1]
    kept = estimate[np.isfinite(estimate)]
    assert row(found, "estimable", look="PFS final").value == len(kept) / TRIALS
    mean_estimate = row(found, "estimate", look="PFS final")
    assert mean_estimate.value == pytest.approx(kept.mean(), abs=1e-6)
    spread = row(found, "estimate, standard deviation", look="PFS final")
    assert spread.value == pytest.approx(kept.std(ddof=1), rel=1e-5)


def test_expected_events_count_those_at_the_stop(both):
    found, trials = both
    stop = trials.decisions.stop[:, 0]
    events = (trials.found.events_0 + trials.found.events_1)[np.arange(TRIALS), stop]
    assert row(found, "expected events").value == pytest.approx(events.mean())


def test_a_missing_row_is_a_key_error(both):
    with pytest.raises(KeyError):
        both[0].value("powr")


def test_one_trial_has_no_spread():
    found = simulate_scenario(small(0), trials=1, seed=1)
    day = found.value("day", look="PFS final")
    assert day.error is None
    assert found.value("day, standard deviation", look="PFS final").value is None


def test_mean_of_large_numbers_keeps_a_small_spread():
    values = [10**9, 10**9 + 1, 10**9 + 2]
    m, error, sd = mean(sum(values), sum(v * v for v in values), 3)
    assert m == 10**9 + 1
    assert sd == pytest.approx(1.0)
    assert error == pytest.approx(1 / np.sqrt(3))


def test_quantiles_of_counts():
    counts = np.array([0, 3, 0, 1])
    assert [quantile(counts, q)[0] for q in (0.1, 0.75, 0.76)] == [1, 1, 3]
