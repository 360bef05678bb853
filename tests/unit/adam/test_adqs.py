"""ADQS by hand: two items of the QLQ-C30's global health status at three visits, and faults."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.adqs import adqs
from equipoise.errors import InputError
from equipoise.protocol.model import QuestionnairePlan

DAY = dt.date(2020, 1, 1)
ADSL = pl.DataFrame(
    {"USUBJID": ["S1"], "TRTSDT": [DAY], "TRTEDT": [dt.date(2020, 12, 31)], "RANDDT": [DAY]}
)
C30 = {"QLQ-C30": QuestionnairePlan(category="EORTC QLQ-C30", scored_by="QLQ-C30")}
COLUMNS = ["VISITNUM", "VISIT", "QSDTC", "QSTESTCD", "QSSTRESN"]
# Items 29 and 30 run from 1 to 7: the score is (mean - 1) / 6 x 100.
#   baseline  6, 6 -> 83.333    week 8  4, 5 -> 58.333    week 12  3 alone, half is enough -> 33.333
ANSWERS = [
    (1.0, "BASELINE", "2019-12-30", "Q29", 6.0),
    (1.0, "BASELINE", "2019-12-30", "Q30", 6.0),
    (2.0, "WEEK 8", "2020-02-26", "Q29", 4.0),
    (2.0, "WEEK 8", "2020-02-26", "Q30", 5.0),
    (3.0, "WEEK 12", "2020-03-25", "Q29", 3.0),
]


def qs(*more: tuple[float | None, str, str, str, float | None]) -> pl.DataFrame:
    table = pl.DataFrame([*ANSWERS, *more], schema=COLUMNS, orient="row")
    return table.with_columns(
        USUBJID=pl.lit("S1"),
        QSCAT=pl.lit("EORTC QLQ-C30"),
        QSSEQ=pl.int_range(1, pl.len() + 1),
    )


def scale(code: str, *more, plans=C30):
    return adqs(qs(*more), ADSL, plans=plans).table.filter(pl.col("PARAMCD") == code)


def test_scores_with_baseline_and_change() -> None:
    rows = scale("QL2")
    assert rows["AVAL"].to_list() == pytest.approx([83.3333, 58.3333, 33.3333], abs=1e-4)
    assert rows["CHG"].to_list()[0] is None
    assert rows["CHG"].to_list()[1:] == pytest.approx([-25.0, -50.0])
    assert rows["ABLFL"].to_list() == ["Y", None, None]
    assert rows["ADY"].to_list() == [-2, 57, 85]
    assert rows["AVISIT"].to_list() == ["BASELINE", "WEEK 8", "WEEK 12"]
    assert rows["PARAM"].unique().to_list() == ["Global health status"]


def test_a_score_says_which_answers_and_which_rule() -> None:
    rows = scale("QL2")
    assert rows["SRCSEQS"].to_list() == [[1, 2], [3, 4], [5]]
    assert rows["SRCSEQ"].to_list() == [1, 3, 5]
    assert rows["RULE"][2] == (
        "EORTC QLQ-C30 version 3.0, mean of items 29, 30: 1 of 2 answered, at least half needed"
    )


def test_the_answers_stay_and_every_record_has_its_own_number() -> None:
    table = adqs(qs(), ADSL, plans=C30).table
    assert table.filter(pl.col("PARAMCD") == "Q29")["AVAL"].to_list() == [6.0, 4.0, 3.0]
    assert table["ASEQ"].to_list() == list(range(1, table.height + 1))


def test_under_half_of_the_items_makes_no_score() -> None:
    # Emotional functioning has items 21 to 24; one of four is too few, two of four are enough.
    few = ((1.0, "BASELINE", "2019-12-30", "Q21", 2.0),)
    rows = scale("EF", *few)
    assert rows["AVAL"].to_list() == [None, None, None]
    rows = scale("EF", *few, (1.0, "BASELINE", "2019-12-30", "Q22", 3.0))
    # Raw (2 + 3) / 2 = 2.5; functioning: (1 - 1.5 / 3) x 100 = 50.
    assert rows["AVAL"].to_list()[0] == pytest.approx(50.0)


@pytest.mark.parametrize(("which", "expected"), [("last", 58.3333), ("first", 83.3333)])
def test_of_two_answers_the_one_that_the_protocol_says(which, expected) -> None:
    # Item 29 again at baseline, 3: with item 30 at 6 the mean is 4.5.
    plan = {"QLQ-C30": C30["QLQ-C30"].model_copy(update={"answered_twice": which})}
    rows = scale("QL2", (1.0, "BASELINE", "2019-12-31", "Q29", 3.0), plans=plan)
    assert rows["AVAL"][0] == pytest.approx(expected, abs=1e-4)


def test_what_is_no_answer_is_a_finding_and_counts_as_missing() -> None:
    wrong = [
        (4.0, "WEEK 24", "2020-06-17", "Q29", 9.0),
        (4.0, "WEEK 24", "2020-06-17", "Q30", 2.5),
        (4.0, "WEEK 24", "2020-06-17", "Q77", 1.0),
        (4.0, "WEEK 24", "2020-06-17", "QTOTAL", 1.0),
        (4.0, "WEEK 24", "2020-06-17", "Q28", None),
    ]
    made = adqs(qs(*wrong), ADSL, plans=C30)
    assert [str(f).split("\n")[0] for f in made.found] == [
        "qs USUBJID S1 QSSEQ 6: item 29 is 9: counted as not answered",
        "qs USUBJID S1 QSSEQ 7: item 30 is 2.5: counted as not answered",
        "qs USUBJID S1 QSSEQ 8: Q77 is no item of the EORTC QLQ-C30 version 3.0: not scored",
        "qs USUBJID S1 QSSEQ 9: QTOTAL is no item of the EORTC QLQ-C30 version 3.0: not scored",
    ]
    rows = made.table.filter((pl.col("PARAMCD") == "QL2") & (pl.col("AVISIT") == "WEEK 24"))
    assert rows["AVAL"].to_list() == [None]


def test_without_a_visit_number_the_day_is_the_form() -> None:
    rows = scale(
        "QL2",
        (None, "UNSCHEDULED", "2020-05-01", "Q29", 7.0),
        (None, "UNSCHEDULED", "2020-05-02", "Q30", 1.0),
    )
    assert rows["AVAL"].to_list()[3:] == pytest.approx([100.0, 0.0])


def test_another_questionnaire_and_scores_as_collected() -> None:
    other = pl.DataFrame(
        {"USUBJID": ["S1"], "QSCAT": ["EQ-5D"], "QSTESTCD": ["VAS"], "QSSTRESN": [70.0],
         "QSDTC": ["2019-12-31"], "QSSEQ": [99], "VISITNUM": [1.0], "VISIT": ["BASELINE"]}
    )  # fmt: skip
    both = pl.concat([qs(), other], how="diagonal_relaxed")
    plans = {**C30, "EQ-5D": QuestionnairePlan(category="EQ-5D")}
    made = adqs(both, ADSL, plans=plans)
    assert made.found == ()
    assert made.table.filter(pl.col("PARAMCD") == "VAS")["AVAL"].to_list() == [70.0]


def test_a_collected_score_is_no_item() -> None:
    made = adqs(qs((9.0, "WEEK 36", "2020-09-09", "QL2", 41.7)), ADSL, plans=C30)
    assert made.found == ()
    assert made.table.filter(pl.col("PARAMCD") == "QL2")["AVAL"].to_list()[-1] == 41.7


def test_a_missing_column_is_named() -> None:
    (found,) = adqs(qs().drop("QSCAT"), ADSL, plans=C30).found
    assert str(found) == "qs: no scores of EORTC QLQ-C30: expected column QSCAT"
    with pytest.raises(InputError, match="expected column QSTESTCD"):
        adqs(qs().drop("QSTESTCD"), ADSL, plans=C30)
