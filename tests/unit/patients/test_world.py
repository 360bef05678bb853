"""A truth as tables of chance: curves by hand, and what is refused."""

import json
from math import exp, log

import numpy as np
import pytest

from equipoise.allocation.procedure import DRAWN_BY
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.patients.world import accrual_curve, curve, setting, truth_named
from equipoise.protocol.model import Accrual, TimeTruth, Truth
from equipoise.simulation.kernel.compile import scenario_from
from support.roads import TRUTH, plan_of, variant
from support.virtual import netter

DAYS = 1000
RATE = log(2) / 304.375  # a median of 10 months


def survival(effect, control="median 10 months"):
    time = TimeTruth.model_validate({"arms": {"old": control, "new": effect}})
    return 1.0 - curve(variant(0), time, arm="new", days=DAYS)


def changed(**sections):
    return read_text(json.dumps({**plan_of(0), **sections}))


@pytest.mark.parametrize("method", ["minimization", "block urn", "complete", "big stick"])
def test_the_method_that_the_protocol_names_is_drawn_on_every_road(method):
    strata = {"SEX": {"levels": ["F", "M"]}}
    plan = changed(allocation={"ratio": "1:1", "method": method, "strata": strata})
    code = DRAWN_BY[method]
    assert setting(plan, truth=TRUTH).world.procedure.method == code
    assert scenario_from(plan, truth=TRUTH).world.procedure.method == code
    assert scenario_from(plan, truth=TRUTH, read_at_visits=False).world.procedure.method == code


def test_scans_stand_in_one_row_of_the_schedule():
    late = {"every": "12 weeks", "start": "60 weeks", "do": ["tumor assessment"]}
    plan = changed(visits={**plan_of(0)["visits"], "late": late})
    with pytest.raises(InputError, match=r"visits.late.do: .* by one row .*, which is scan"):
        setting(plan, truth=TRUTH)


def test_a_median_halves():
    time = TimeTruth.model_validate({"arms": {"old": "100 days"}})
    cumulative = curve(variant(0), time, arm="old", days=DAYS)
    assert cumulative[[99, 199, 299]] == pytest.approx([1 / 2, 3 / 4, 7 / 8])


def test_a_curve_is_met_at_its_points():
    found = survival({"curve": {"100 days": "80%", "300 days": "50%"}})
    assert found[[99, 299]] == pytest.approx([0.8, 0.5])
    assert found[499] == pytest.approx(0.5 * 0.625)  # the last hazard goes on: 200 days more


@pytest.mark.parametrize(
    ("effect", "periods"),
    [
        ("hazard ratio 0.5", [(0, 0.5)]),
        ("hazard ratio 0.5 after 100 days", [(0, 1.0), (100, 0.5)]),
        ("hazard ratio 0.5 until 100 days, then 1", [(0, 0.5), (100, 1.0)]),
        ("hazard ratio 1.3 until 60 days, then 0.5", [(0, 1.3), (60, 0.5)]),
        (
            "hazard ratio 0.4 after 50 days until 200 days, then 1.5 until 600 days, then 1",
            [(0, 1.0), (50, 0.4), (200, 1.5), (600, 1.0)],
        ),
    ],
)
def test_a_hazard_ratio_by_period_multiplies_the_hazard_of_the_control(effect, periods):
    ratio = np.zeros(DAYS)
    for start, value in periods:
        ratio[start:] = value  # of the day that ends at start + 1
    assert survival(effect) == pytest.approx(np.exp(-RATE * np.cumsum(ratio)), abs=1e-12)


def test_the_periods_of_the_effect_cross_those_of_a_control_s_curve():
    found = survival(
        "hazard ratio 0.5 until 150 days, then 2", {"curve": {"100 days": "80%", "300 days": "50%"}}
    )
    first, second = -log(0.8) / 100, -log(0.5 / 0.8) / 200
    assert found[299] == pytest.approx(
        exp(-0.5 * (100 * first + 50 * second) - 2 * 150 * second), abs=1e-12
    )


def test_accrual_is_even_by_dates_by_duration_or_by_rates():
    of = variant(0)
    by_dates = Accrual.model_validate({"start": "2030-01-01", "end": "2030-01-10"})
    lasting = Accrual.model_validate({"lasts": "10 days"})
    even = np.arange(1, 11) / 10
    assert accrual_curve(of, Truth(accrual=by_dates)) == pytest.approx(even)
    assert accrual_curve(of, Truth(accrual=lasting)) == pytest.approx(even)
    # 10 and 30 a day, for 10 days each: 400 subjects
    rising = {"periods": ["10 days", "10 days"], "rates": [10 * 30.4375, 30 * 30.4375]}
    rates = Truth(accrual=Accrual.model_validate(rising), patients=400)
    found = accrual_curve(of, rates)
    assert found[[9, 19]] == pytest.approx([0.25, 1.0])
    # of 250 subjects the last enters 5 days into the second period
    fewer = accrual_curve(of, rates.model_copy(update={"patients": 250}))
    assert fewer[[9, 14]] == pytest.approx([0.4, 1.0])
    assert len(fewer) == 15
    with pytest.raises(InputError, match="bring 400 subjects, and 500 are randomized"):
        accrual_curve(of, rates.model_copy(update={"patients": 500}))
    assumed = accrual_curve(of, Truth())
    assert len(assumed) == of.assume.accrual.lasts.whole_days


def test_the_setting_says_what_the_protocol_says():
    where = setting(netter(), truth="as reported")
    assert where.world.subjects == 229
    assert where.arms == ("lutate", "octreotide")
    assert where.endpoints == ("progression", "death")
    assert len(where.strata) == 6
    assert str(where.start) == "2012-09-06"


def test_an_unknown_truth_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r'no truth "as report".*did you mean as reported'):
        truth_named(netter(), "as report")


def test_an_arm_of_which_nothing_is_said_is_named():
    whole = plan_of(0)
    whole["truth"][TRUTH]["progression"] = {"arms": {"old": "median 6 months"}}
    with pytest.raises(InputError, match='nothing is said about the arm "new"'):
        setting(read_text(json.dumps(whole)), truth=TRUTH)


def test_a_level_of_which_nothing_is_said_is_named():
    whole = plan_of(1)
    whole["truth"][TRUTH]["strata"] = {"REGION": {"west": "100%"}}
    with pytest.raises(InputError, match='nothing is said about "east"'):
        setting(read_text(json.dumps(whole)), truth=TRUTH)
