"""Planted bugs of the reconstruction: each must turn its oracle red."""

from __future__ import annotations

import numpy as np
import pytest

import oracle.evidence.test_reconstruction as oracle
from equipoise.evidence import guyot, reconstruct
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
        oracle.check_all()


def test_control_and_experimental_exchanged(monkeypatch):
    right = reconstruct.contrast
    monkeypatch.setattr(reconstruct, "contrast", lambda control, other: right(other, control))
    with pytest.raises(AssertionError):
        oracle.check(oracle.by_name("lung"), 0.005, "even")
