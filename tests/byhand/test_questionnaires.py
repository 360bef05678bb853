"""QLQ-C30 and QLQ-GI.NET21 by their manuals, and time to deterioration, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.analysis.questionnaires.deterioration import time_to_deterioration
from equipoise.errors import InputError
from equipoise.questionnaires.forms import questionnaire
from equipoise.questionnaires.scoring import c30_summary, score

NAN = math.nan
C30 = questionnaire("QLQ-C30")


def scored(**answers):
    return {
        k: s.values.tolist()
        for k, s in score(C30, {int(i[1:]): v for i, v in answers.items()}).items()
    }


def test_every_item_is_in_one_scale():
    assert sorted(i for s in C30.scales for i in s.items) == list(range(1, 31))
    ginet = questionnaire("QLQ-GI.NET21")
    assert sorted(i for s in ginet.scales for i in s.items) == list(range(31, 52))


def test_best_and_worst():
    """All 1: function 100, symptoms 0, global 0. All 4: function 0, symptoms 100."""
    best = score(C30, {i: [1, 4] for i in range(1, 31)})
    assert best["PF2"].values.tolist() == [100, 0]
    assert best["FA"].values.tolist() == [0, 100]
    assert best["QL2"].values.tolist() == [0, 50]
    assert c30_summary(best).tolist() == [100, 0]


def test_emotional_functioning():
    """Answers 1, 2, 2, 3: raw 2, (1 - 1/3) 100."""
    assert scored(q21=[1], q22=[2], q23=[2], q24=[3])["EF"] == pytest.approx([200 / 3])


def test_global_health():
    """5 and 6 of 7: raw 5.5, 4.5/6 100."""
    assert scored(q29=[5], q30=[6])["QL2"] == pytest.approx([75])


def test_half_of_the_items_is_enough():
    """Physical functioning has five items: three are enough, two are not. Pain: one of two is."""
    three = scored(q1=[2], q2=[2], q3=[2], q4=[NAN], q5=[NAN])["PF2"]
    assert three == pytest.approx([100 * (1 - 1 / 3)])
    assert math.isnan(scored(q1=[2], q2=[2], q3=[NAN], q4=[NAN], q5=[NAN])["PF2"][0])
    assert scored(q9=[4], q19=[NAN])["PA"] == pytest.approx([100])
    assert math.isnan(scored(q8=[NAN])["DY"][0])


def test_an_answer_the_item_does_not_offer():
    with pytest.raises(InputError, match=r"item 5, row 2: 5; expected 1 to 4"):
        scored(q5=[1, 5])
    with pytest.raises(InputError, match="items 1 to 30"):
        scored(q31=[1])


ASSESSMENTS = {
    # subject 0: 80 at baseline, 75 (day 84), 70 (168), 80 (252): first 10 points on day 168
    # subject 1: 50, 45 (84), missing (168): no deterioration, last scored on day 84
    # subject 2: no baseline; subject 3: no later assessment; subject 4: 60, 40, 45: stays worse
    "subject": [0, 0, 0, 1, 1, 2, 4, 4],
    "day": [84, 168, 252, 84, 168, 84, 84, 168],
    "score": [75, 70, 80, 45, NAN, 10, 40, 45],
    "baseline": [80, 50, NAN, 66, 60],
}


def test_time_to_deterioration_of_functioning():
    found = time_to_deterioration(C30.scale("PF2"), **ASSESSMENTS)
    assert found.time.tolist() == [168, 84, 0, 0, 84]
    assert found.event.tolist() == [True, False, False, False, True]


def test_definitive_deterioration_must_last():
    found = time_to_deterioration(C30.scale("PF2"), **ASSESSMENTS, definitive=True)
    assert found.time.tolist() == [252, 84, 0, 0, 84]
    assert found.event.tolist() == [False, False, False, False, True]


def test_symptoms_deteriorate_upwards():
    """The same numbers read as a symptom: nobody worsens by 10."""
    assert not time_to_deterioration(C30.scale("FA"), **ASSESSMENTS).event.any()


def test_death_counts_if_asked_for():
    found = time_to_deterioration(C30.scale("PF2"), **ASSESSMENTS, death=[300, 200, 90, 40, NAN])
    assert found.time.tolist() == [168, 200, 0, 40, 84]
    assert found.event.tolist() == [True, True, False, True, True]


def test_rows_in_any_order():
    turned = {k: np.array(v)[::-1] if k != "baseline" else v for k, v in ASSESSMENTS.items()}
    found = time_to_deterioration(C30.scale("PF2"), **turned)
    assert found.time.tolist() == [168, 84, 0, 0, 84]
