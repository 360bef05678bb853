"""The method on small inputs: what curve, numbers and total say, and what they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import DataError, InputError
from equipoise.evidence.curve import cleaned
from equipoise.evidence.guyot import AtRisk
from equipoise.evidence.likely import arm_of, most_likely, turns
from equipoise.evidence.reconstruct import reconstruct
from equipoise.evidence.windows import Window, censored_in, tail_of
from support import printed_trials

LATE = {
    "time": [0, 2, 4, 6, 8, 10, 12, 14],
    "survival": [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3],
}
TWO = {"time": [0, 2], "at_risk": [100, 60]}


def exact_arm(number, code):
    """One arm of the set and its curve without any error."""
    arms = printed_trials.trial(number)
    table, risk = printed_trials.every_step(arms, None), printed_trials.at_risk(arms)
    name = printed_trials.ARMS[code]
    mine, numbers = np.array(table["arm"]) == name, np.array(risk["arm"]) == name
    at_risk = AtRisk(np.array(risk["time"])[numbers], np.array(risk["at_risk"])[numbers])
    time, survival = np.array(table["time"])[mine], np.array(table["survival"])[mine]
    return arms[code], arm_of(time, survival, at_risk, events=None, reading="steps")


@pytest.mark.parametrize("number", range(4))
def test_exact_steps_give_every_event_back(number):
    own, arm = exact_arm(number, 0)
    found = most_likely(arm).patients
    assert found.time[found.event].tolist() == pytest.approx(np.sort(own.time[own.event]).tolist())


def test_events_after_the_last_number_at_risk_are_kept():
    arm = reconstruct(LATE, at_risk=TWO, reading="samples").arms[0]
    late = arm.patients.time[arm.patients.event] > 2.0
    assert late.sum() >= 20
    assert arm.largest < 0.03


def test_a_total_that_does_not_belong_to_the_curve_flattens_nothing():
    free = reconstruct(LATE, at_risk=TWO).arms[0]
    forced = reconstruct(LATE, at_risk=TWO, events=5)
    assert forced.arms[0].largest < max(0.03, 2 * free.largest)
    assert any("5 published" in note for note in forced.notes)


def test_a_total_settles_censoring_that_is_not_printed():
    arms = printed_trials.trial(1)
    table = printed_trials.clicked(arms, 100, 0.003, 1)
    risk = printed_trials.only_at_zero(printed_trials.at_risk(arms))
    told = printed_trials.totals(arms)
    found = reconstruct(table, at_risk=risk, events=told)
    for arm in found.arms:
        assert abs(arm.events - told[arm.arm]) <= 1
        assert arm.largest < 0.02


def test_without_numbers_at_risk_censoring_is_told_to_be_unknown():
    assert any("censoring is unknown" in note for note in reconstruct(
        LATE, at_risk={"time": [0], "at_risk": [100]}).notes)  # fmt: skip
    assert not any("unknown" in note for note in reconstruct(LATE, at_risk=TWO).notes)


def test_the_error_of_reading_is_found():
    arms = printed_trials.trial(11)
    risk = printed_trials.at_risk(arms)
    for noise in (0.003, 0.01):
        found = reconstruct(printed_trials.clicked(arms, 100, noise, 7), at_risk=risk)
        assert all(noise / 2 < arm.error < 2 * noise for arm in found.arms)


def test_a_stated_precision_is_taken():
    assert reconstruct(LATE, at_risk=TWO, precision=0.007).arms[0].error == 0.007
    with pytest.raises(InputError, match="precision"):
        reconstruct(LATE, at_risk=TWO, precision=0.5)


def test_the_same_twice():
    one, two = (reconstruct(LATE, at_risk=TWO).to_dict() for _ in range(2))
    assert one == two


def test_a_window_censors_what_it_should():
    # ten subjects on a level curve, window over its second half: five leave before the end if
    # half stay, and those too at the end
    points = cleaned(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    tail = tail_of(points, AtRisk(np.array([0.0]), np.array([10])))
    assert censored_in(tail, Window(5.0, 0.5)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("curve", "at_risk", "more", "told"),
    [
        (LATE, TWO, {"percent": True}, "without --percent it is a fraction"),
        (
            {"time": [0, 2, 4], "survival": [0, 0.3, 0.5]},
            TWO,
            {},
            "--incidence reads 1 - S",
        ),
        (LATE, {"time": [0, 30, 60], "at_risk": [100, 60, 5]}, {}, "one unit of time"),
    ],
)
def test_tables_that_are_not_what_they_are_taken_for(curve, at_risk, more, told):
    with pytest.raises(DataError, match=told):
        reconstruct(curve, at_risk=at_risk, **more)


def test_an_incidence_curve():
    turned = {**LATE, "survival": [1 - s for s in LATE["survival"]]}
    found = reconstruct(turned, at_risk=TWO, incidence=True)
    assert found.rows() == reconstruct(LATE, at_risk=TWO).rows()


def test_numbers_that_may_be_of_another_unit():
    long = {"time": [0, 12, 24, 36], "survival": [1, 0.9, 0.5, 0.3]}
    notes = reconstruct(long, at_risk={"time": [0, 1, 2, 3], "at_risk": [90, 60, 30, 9]}).notes
    assert any("is the unit of time the same" in note for note in notes)


def test_a_curve_that_falls_further_than_the_numbers():
    notes = reconstruct(LATE, at_risk={"time": [0, 12], "at_risk": [100, 95]}).notes
    assert any("do not allow" in note for note in notes)


def test_a_click_beside_the_axis_is_time_zero():
    beside = {**LATE, "time": [-0.1, *LATE["time"][1:]]}
    assert reconstruct(beside, at_risk=TWO).rows() == reconstruct(LATE, at_risk=TWO).rows()


def test_published_figures_stand_beside_and_change_nothing():
    arms = printed_trials.trial(0)
    curve, risk = printed_trials.every_step(arms), printed_trials.at_risk(arms)
    alone = reconstruct(curve, at_risk=risk)
    beside = reconstruct(
        curve, at_risk=risk, hazard_ratio=0.1, p={"experimental": 0.5}, median={"control": 99.0}
    )
    assert alone.rows() == beside.rows()
    assert any("hazard ratio" in n and "0.1 published" in n for n in beside.notes)
    assert any("median" in n and "99 published" in n for n in beside.notes)
    with pytest.raises(InputError, match="no arm contrl; did you mean control"):
        reconstruct(curve, at_risk=risk, median={"contrl": 1.0})


def with_marks(number):
    """A trial of the set, read to the pixel with its censoring marks, numbers only at time 0."""
    arms = printed_trials.trial(number)
    risk = printed_trials.only_at_zero(printed_trials.at_risk(arms))
    marks = printed_trials.censored(arms)
    return arms, reconstruct(printed_trials.every_step(arms, None), at_risk=risk, censored=marks)


def check_marks():
    """Steps and marks alone give every patient back where no two were censored on one day."""
    for number in (0, 2, 7):
        arms, found = with_marks(number)
        for own, arm in zip(arms, found.arms, strict=True):
            for event in (True, False):
                mine = np.sort(arm.patients.time[arm.patients.event == event])
                assert mine == pytest.approx(np.sort(own.time[own.event == event]))
        assert not any("unknown" in note for note in found.notes)


def test_steps_and_marks_give_every_patient_back():
    check_marks()


def test_several_on_one_mark():
    # 10 subjects: one dies at 1, three leave at 2, one dies of six at 3, five are left
    curve = {"time": [0, 1, 3, 4], "survival": [1, 0.9, 0.75, 0.75]}
    marks = {"time": [2.0, 4.0]}
    found = reconstruct(curve, at_risk={"time": [0], "at_risk": [10]}, censored=marks).arms[0]
    assert found.patients.time.tolist() == [1, 2, 2, 2, 3, 4, 4, 4, 4, 4]
    assert found.patients.event.tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert found.marks == 2


def test_a_table_of_marks_is_checked():
    with pytest.raises(DataError, match="no column time"):
        reconstruct(LATE, at_risk=TWO, censored={"when": [1.0]})
    curve = {**LATE, "arm": ["A"] * 8}
    risk = {**TWO, "arm": ["A", "A"]}
    with pytest.raises(DataError, match="B is not in the other table"):
        reconstruct(curve, at_risk=risk, censored={"time": [1.0], "arm": ["B"]})


def test_turns_by_hand():
    assert turns(np.array([2, 0, 3])).tolist() == [0, 1, 0, 1, 2]
    assert turns(np.array([0, 0])).tolist() == []
