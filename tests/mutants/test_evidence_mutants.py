"""Planted bugs of the reconstruction: each must turn its oracle red."""

from __future__ import annotations

import numpy as np
import pytest

import oracle.evidence.test_printed_trials as trials
import oracle.evidence.test_reconstruction as oracle
import unit.evidence.test_into_plan as plan_tests
import unit.evidence.test_likely as likely_tests
from equipoise.evidence import guyot, likely, reconstruct
from equipoise.evidence.guyot import Fall


def follows_the_print(stretch, censored, most):
    """Each drop against the printed height before it: small drops round to no event, for ever."""
    gone = np.searchsorted(guyot.spread(stretch, censored), stretch.drops.time)
    before = np.append(stretch.height, stretch.drops.survival)[:-1]
    ratio = np.where(before > 0, stretch.drops.survival / np.maximum(before, 1e-9), 1)
    events, seen = np.zeros(len(gone), np.int64), 0
    for k in range(len(gone)):
        at_risk = stretch.entering - seen - gone[k]
        events[k] = min(max(round(at_risk * (1 - ratio[k])), 0), most - seen, max(at_risk, 0))
        seen += events[k]
    height = float(stretch.drops.survival[-1]) if len(gone) else stretch.height
    return Fall(events, height, float(np.abs(gone).sum()) * 1e-9)


def nobody_censored_before_the_last_drop(stretch, censored):
    return np.full(censored, stretch.end)


def cap_forgotten(stretch, censored, most):
    return FALL(stretch, censored, stretch.entering)


def always_at_the_end(drops, events):
    return [float(drops.time[k]) for k in np.flatnonzero(events) for _ in range(events[k])]


FALL = guyot.fall


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("fall", follows_the_print),
        ("fall", cap_forgotten),
        ("spread", nobody_censored_before_the_last_drop),
        ("placed", always_at_the_end),
    ],
)
def test_the_oracle_sees_it(monkeypatch, name, bug):
    monkeypatch.setattr(guyot, name, bug)
    with pytest.raises(AssertionError):
        oracle.check_all("guyot")


def test_control_and_experimental_exchanged(monkeypatch):
    right = reconstruct.contrast
    monkeypatch.setattr(reconstruct, "contrast", lambda control, other: right(other, control))
    with pytest.raises(AssertionError):
        oracle.check(oracle.by_name("lung"), 0.005, "even")


def numbers_at_risk_forgotten(readings, *expected, **more):
    return NODES(readings._replace(at_risk=np.full_like(readings.at_risk, -1)), *expected, **more)


def first_of_all_ties(readings, at_risk, died, rng=None, **more):
    """Events where the stretch begins."""
    return PLACED(readings._replace(end=readings.start), at_risk, died, rng, **more)


NODES, PLACED, WINDOWS = likely.nodes_of, likely.placed, likely._windows


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("nodes_of", numbers_at_risk_forgotten),
        ("placed", first_of_all_ties),
        ("expected_between", lambda readings, *_: np.full(len(readings.end), 3.0)),
    ],
)
def test_the_oracle_sees_it_in_the_method(monkeypatch, name, bug):
    monkeypatch.setattr(likely, name, bug)
    with pytest.raises(AssertionError):
        oracle.check_all("likely")


def test_a_total_of_events_forgotten(monkeypatch):
    monkeypatch.setattr(likely, "MISSED", 0.0)
    monkeypatch.setattr(likely, "_windows", lambda arm: WINDOWS(arm._replace(events=None)))
    with pytest.raises(AssertionError):
        likely_tests.test_a_total_settles_censoring_that_is_not_printed()


def test_every_curve_taken_for_a_sharp_one(monkeypatch):
    monkeypatch.setattr(likely, "READING_ERRORS", (0.001,) * 5)
    with pytest.raises(AssertionError):
        likely_tests.test_the_error_of_reading_is_found()


def test_a_truth_that_scans_have_delayed(monkeypatch):
    monkeypatch.setattr(plan_tests, "before_scans", lambda arm, every: plan_tests.assumed(arm))
    with pytest.raises(AssertionError):
        plan_tests.check_truth()


def test_censoring_before_the_first_step_forgotten(monkeypatch):
    right = likely.readings_of
    monkeypatch.setattr(
        likely,
        "readings_of",
        lambda *a, **k: right(*a, **k)._replace(at_risk=np.full_like(right(*a, **k).at_risk, -1)),
    )
    monkeypatch.setattr(likely, "expected_between", lambda readings, *_: 0 * readings.end)
    with pytest.raises(AssertionError):
        trials.check("clicks")


def test_censoring_marks_forgotten(monkeypatch):
    right = likely.marked_in
    monkeypatch.setattr(likely, "marked_in", lambda *given: 0 * right(*given))
    with pytest.raises(AssertionError):
        likely_tests.check_marks()
