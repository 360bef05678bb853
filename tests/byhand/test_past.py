"""Curves asked for past their last time.

time  1  2  3+ 4+      events at 1, 2; somebody is censored last, at 4
S     3/4 1/2          so nothing is known of 5: not estimable, 1/2 only if carried on
time  1  2  4          all have the event: S(5) = 0 is known
"""

import numpy as np
import pytest

from equipoise.analysis.survival import cumulative_incidence, kaplan_meier, nelson_aalen
from equipoise.analysis.survival.curves import competing, past
from equipoise.analysis.survival.curves import kaplan_meier as curves
from support.mutants import plant

TIME, EVENT = [1, 2, 3, 4], [1, 1, 0, 0]
WORDS = "the last time, 4, where somebody was censored"


def test_survival():
    at = kaplan_meier(TIME, EVENT).at([3.5, 4, 4.1, 5])
    assert at.survival[:2].tolist() == [0.5, 0.5]  # at the last time itself it is known
    for values in (at.survival, at.std_err, at.lower, at.upper):
        assert np.isnan(values).tolist() == [False, False, True, True]
    assert at.at_risk.tolist() == [1, 1, 0, 0]
    assert at.notes == ("", "", *[f"not estimable: past {WORDS}"] * 2)


def test_survival_carried_on():
    curve = kaplan_meier(TIME, EVENT)
    at, last = curve.at([5], extend=True), curve.at([4])
    assert at.survival[0] == 0.5
    assert (at.std_err[0], at.lower[0], at.upper[0]) == (
        last.std_err[0], last.lower[0], last.upper[0],
    )  # fmt: skip
    assert at.at_risk[0] == 0
    assert at.notes == (f"carried on from {WORDS}",)


@pytest.mark.parametrize("extend", [True, False])
def test_once_all_have_had_the_event_it_is_known(extend):
    at = kaplan_meier([1, 2, 4], [1, 1, 1]).at([5], extend=extend)
    assert at.survival[0] == 0
    assert at.notes == ("",)
    one = cumulative_incidence([1, 2, 4], [1, 2, 1]).at([5], extend=extend)
    assert one.estimate[0] == pytest.approx(2 / 3)
    assert one.notes == ("",)


def test_an_event_and_a_censoring_at_the_last_time():
    # S = 1/2 after 2: the one censored then may live on
    at = kaplan_meier([2, 2], [1, 0]).at([2, 3])
    assert at.survival[0] == 0.5
    assert np.isnan(at.survival[1])


def test_cumulative_incidence():
    found = cumulative_incidence(TIME, [1, 2, 0, 0])
    at = found.at([4, 5])
    assert at.estimate[0] == pytest.approx(1 / 4)
    assert np.isnan([at.estimate[1], at.std_err[1], at.lower[1], at.upper[1]]).all()
    assert at.notes == ("", f"not estimable: past {WORDS}")
    carried = found.at([5], extend=True)
    assert carried.estimate[0] == pytest.approx(1 / 4)
    assert carried.notes == (f"carried on from {WORDS}",)


def test_cumulative_hazard():
    # 1/4 + 1/3
    found = nelson_aalen(TIME, EVENT)
    at = found.at([0.5, 4, 5])
    assert at.cumulative[:2] == pytest.approx([0, 7 / 12])
    assert np.isnan([at.cumulative[2], at.lower[2], at.upper[2]]).all()
    assert found.at([5], extend=True).cumulative[0] == pytest.approx(7 / 12)


MUTANTS = {
    "carried on always": (past.past, "if free[-1] > 0 else", "if free[-1] < 0 else"),
    "not even at the last time": (past.past, "asked > time[-1]", "asked >= time[-1]"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_caught(name, monkeypatch):
    plant(monkeypatch, *MUTANTS[name], also=(curves, competing))
    with pytest.raises(AssertionError):
        test_survival()
