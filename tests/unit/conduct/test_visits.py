"""The schedule of activities as planned days."""

import json

import pytest

from equipoise.conduct.visits import (
    dosing_visits,
    planned,
    point_in_time,
    until_progression,
)
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.meaning.virtual.limits import lesions_at_baseline
from equipoise.patients.visit_plans import baseline_scan
from support.roads import plan_of
from support.virtual import netter


def test_scans_are_planned_every_twelve_weeks_from_week_twelve():
    plan = planned(netter(), "scan", horizon=400)
    assert plan.day.tolist() == [85, 169, 253, 337]
    assert plan.name[0] == "Tumor assessment, week 12"
    assert plan.window == 7


def test_a_visit_with_its_own_end_stops_there():
    assert planned(netter(), "safety", horizon=5000).day[-1] == 76 * 7 + 1


def test_a_visit_without_an_end_stops_with_its_epoch():
    assert schedule({"every": "8 weeks", "epoch": "treatment"}, horizon=5000).day[-1] == 168 + 1


def infusions(arm, *given, horizon=5000):
    return dosing_visits(netter(), "infusion", arm=arm, given=given, horizon=horizon).day.tolist()


def test_infusions_are_those_of_the_arm_that_gets_them():
    assert infusions("lutate") == [1, 57, 113, 169]
    assert infusions("octreotide") == []


def test_infusions_count_from_the_actual_one_before():
    assert infusions("lutate", 3) == [3, 59, 115, 171]
    assert infusions("lutate", 1, 71) == [1, 71, 127, 183]
    assert infusions("lutate", 1, 71, 127, 190) == [1, 71, 127, 190]


def test_infusions_are_numbered_and_stop_with_treatment():
    found = dosing_visits(netter(), "infusion", arm="lutate", given=[1], horizon=100)
    assert found.name == ("Infusion 1", "Infusion 2")
    assert infusions("lutate", 1, 57, 480) == [1, 57, 480]  # 536 is past week 76


def test_a_visit_with_doses_is_asked_for_by_arm():
    with pytest.raises(InputError, match="goes with the doses of an arm"):
        planned(netter(), "infusion", horizon=5000)
    with pytest.raises(InputError, match='there is no arm "placebo"'):
        infusions("placebo")


def test_day_minus_seven_is_seven_days_before_randomization():
    plan = planned(netter(), "baseline", horizon=100)
    assert plan.day.tolist() == [-6]  # in unbroken count: 1 - 7


def test_visit_numbers_are_one_of_a_kind_and_in_order():
    keys = [k for k in netter().visits if k != "infusion"]
    plans = [planned(netter(), key, horizon=3000) for key in keys]
    numbers = [n for plan in plans for n in plan.number.tolist()]
    assert len(numbers) == len(set(numbers))
    assert all((plan.number[1:] > plan.number[:-1]).all() for plan in plans)


def test_a_month_that_is_no_whole_number_of_days_loses_no_visit():
    # 30.4375 days times 0 to 5 are 0, 30, 61, 91, 122 and 152 days after day 1; month 5 is 152
    plan = schedule({"every": "1 month", "until": "month 5"})
    assert plan.day.tolist() == [1, 31, 62, 92, 123, 153]


def test_the_day_on_which_visits_end_is_a_study_day():
    assert schedule({"every": "1 week", "until": "day 22"}).day.tolist() == [1, 8, 15, 22]
    assert schedule({"every": "1 week", "until": "day 21"}).day.tolist() == [1, 8, 15]
    assert schedule({"every": "1 week", "until": "week 3"}).day.tolist() == [1, 8, 15, 22]


def schedule(row, *, horizon=1000):
    visits = {**plan_of(0)["visits"], "safety": {**row, "do": "laboratory"}}
    plan = read_text(json.dumps({**plan_of(0), "visits": visits}))
    return planned(plan, "safety", horizon=horizon)


@pytest.mark.parametrize(
    ("text", "days"),
    [("week 76", 532), ("month 6", 183), ("day 3", 2), ("progression", None), (None, None)],
)
def test_point_in_time(text, days):
    assert point_in_time(text) == days


def test_progression_ends_scans_and_not_laboratory():
    assert until_progression(netter().visits["scan"].until)
    assert not until_progression(netter().visits["safety"].until)


def test_activities_name_their_planned_visits():
    assert list(netter().visits_for("tumor assessment")) == ["baseline", "scan"]
    assert list(netter().visits_for("dosing")) == ["infusion"]


def test_what_is_held_at_any_time_is_no_baseline():
    without = netter().with_("visits.baseline.do", ["laboratory", "questionnaires"])
    assert baseline_scan(netter()) == "baseline"
    assert baseline_scan(without) is None
    assert [found.path for found in lesions_at_baseline(without)] == [("visits", "scan", "do")]
