"""A part of the set of simulated trials, rebuilt from their figures: the whole is in bench."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.survival import hazard_ratio
from equipoise.evidence.reconstruct import reconstruct
from support import printed_trials as printed

TRIALS = range(10)
TYPICAL, WORST = 0.012, 0.08  # |error of log HR|: median and largest; Guyot's are 0.018 and 0.35


def log_ratio(control, other):
    time = np.concatenate([control.time, other.time])
    event = np.concatenate([control.event, other.event])
    arm = np.repeat([0, 1], [len(control.time), len(other.time)])
    return float(np.log(hazard_ratio(time, event, arm).hr[0]))


def tables(number, how):
    """A trial, its curves and its numbers at risk."""
    arms = printed.trial(number)
    if how == "steps":
        return arms, printed.every_step(arms), printed.at_risk(arms), None
    if how == "clicks":
        return arms, printed.clicked(arms, 100, 0.003, number), printed.at_risk(arms), None
    first = printed.only_at_zero(printed.at_risk(arms))
    return arms, printed.every_step(arms), first, printed.totals(arms)


def errors(how, method="likely"):
    found = []
    for number in TRIALS:
        arms, curve, at_risk, events = tables(number, how)
        data = reconstruct(curve, at_risk=at_risk, events=events, method=method)
        ratio = float(data.contrasts[0].cox.hr[0])
        found.append(np.log(ratio) - log_ratio(*arms))
    return np.abs(found)


def check(how):
    found = errors(how)
    assert np.median(found) < TYPICAL
    assert found.max() < WORST


@pytest.mark.parametrize("how", ["steps", "clicks", "only events"])
def test_hazard_ratios_come_back(how):
    check(how)


def test_guyots_method_is_further_off():
    assert np.median(errors("only events", "guyot")) > 2 * TYPICAL


def test_the_limits_from_reading_cover():
    inside = 0
    for number in TRIALS:
        arms, curve, at_risk, _ = tables(number, "clicks")
        low, high = reconstruct(curve, at_risk=at_risk).contrasts[0].read_limits
        inside += low <= np.exp(log_ratio(*arms)) <= high
    assert inside >= 9  # of ten; at 95% nine or more have a chance of 0.91


def test_the_set_is_the_same_everywhere():
    control, _ = printed.trial(0)
    assert len(control.time) == 51
    assert control.event.sum() == 29
