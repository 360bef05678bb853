"""Virtual patients answer items so that the score comes nearest to what they feel."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.patients.occurrences import answered
from equipoise.questionnaires.forms import questionnaire
from equipoise.questionnaires.scoring import score_scale
from support.virtual import netter, virtual_sdtm

C30 = questionnaire("QLQ-C30")
SCALES = st.sampled_from([*C30.scales, *questionnaire("QLQ-GI.NET21").scales])


def test_answers_by_hand() -> None:
    # Two items of 1 to 7: 50 is 4 and 4; 58.3 is 5 and 4. Four items of 1 to 4, a function: 75 is a
    # quarter of the way from 1, so 3 points over four ones; fatigue's 0 is all ones.
    assert answered(C30.scale("QL2"), np.array([50.0, 58.3])).tolist() == [[4, 4], [5, 4]]
    assert answered(C30.scale("EF"), np.array([75.0])).tolist() == [[2, 2, 2, 1]]
    assert answered(C30.scale("FA"), np.array([-3.0, 140.0])).tolist() == [[1, 1, 1], [4, 4, 4]]


@given(SCALES, st.floats(0, 100))
@settings(deadline=None)
def test_the_score_of_the_answers_is_the_nearest_there_is(scale, felt):
    answers = answered(scale, np.array([felt]))
    assert set(answers.ravel()) <= set(range(1, scale.range + 2))
    step = 100 / (len(scale.items) * scale.range)
    assert abs(score_scale(scale, answers.T)[0] - felt) <= step / 2 + 1e-9  # rounding of doubles


def test_a_virtual_trial_has_items_and_their_scores() -> None:
    data = derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()))
    rows = data.table("ADQS")
    assert set(rows["PARAMCD"]) == {"Q29", "Q30", "QL2"}
    blank = rows.filter((pl.col("PARAMCD") == "QL2") & (pl.col("SRCSEQS").list.len() == 1))
    forms = rows.filter(pl.col("PARAMCD") == "QL2").height
    # 1% of the items are left out, so about 2% of forms have one answer; three standard errors.
    assert blank.height / forms == pytest.approx(0.02, abs=3 * (0.02 * 0.98 / forms) ** 0.5)
    assert [f for f in data.findings if f.place.startswith("qs")] == []


def test_the_answers_of_a_trial_follow_its_truth() -> None:
    data = derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()))
    rows = data.table("ADQS").filter((pl.col("PARAMCD") == "QL2") & pl.col("CHG").is_not_null())
    arms = data.table("ADSL").select("USUBJID", "TRT01P")
    late = rows.join(arms, on="USUBJID").filter(pl.col("ADY") > 36 * 7)
    change = dict(late.group_by("TRT01P").agg(pl.col("CHG").mean()).rows())
    # Scores end at 0 and 100, which pulls large changes in; three points allow for it.
    assert change["lutate"] == pytest.approx(3, abs=3)
    assert change["octreotide"] == pytest.approx(-13, abs=4)
