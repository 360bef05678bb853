"""A protocol and a truth as arrays: looks, readings, hypotheses, errors."""

import json

import numpy as np
import pytest

from equipoise.errors import InputError, ProtocolError
from equipoise.kernels.trials import batch, follow
from equipoise.meaning.check import read_text
from equipoise.meaning.hypotheses import hypothesis
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.tests import kernel_test
from support.answers import protocol as tiny
from support.roads import TRUTH, plan_of, variant
from support.trials import small
from support.virtual import netter


def changed(number=0, **sections):
    whole = {**plan_of(number)}
    for name, section in sections.items():
        whole[name] = {**whole[name], **section} if isinstance(section, dict) else section
    return read_text(json.dumps(whole))


def test_netter_has_two_looks_and_three_readings():
    scenario = scenario_from(netter(), truth="nothing works")
    assert scenario.look_names == ("PFS final", "OS final")
    assert scenario.readings.look.tolist() == [0, 0, 1]
    assert scenario.readings.stratified.tolist() == [1, 0, 0]
    assert scenario.looks.target.tolist()[1] == 158
    (pfs,), (interim, final) = (h.planned for h in scenario.hypotheses)
    assert (pfs, final) == (74.0, 158.0)
    assert interim == pytest.approx(41.5, abs=0.1)  # deaths that the plan expects by 74 events
    assert scenario.world.subjects == 230
    assert scenario.truth == (0.0, 0.0, 0.0)


def test_the_control_stands_first_in_a_pair():
    scenario = small(0)
    assert variant(0).control == "old"
    arms = list(variant(0).arms)
    assert [arms[k] for k in scenario.readings.pair[0]] == ["old", "new"]


def test_assessments_move_progression_but_not_death():
    both = scenario_from(variant(6), truth=TRUTH)
    pfs, os_ = (both.endpoint_names.index(n) for n in ("PFS", "OS"))
    assert both.endpoints.schedule[pfs] >= 0
    assert both.endpoints.schedule[os_] == follow.NONE
    exact = scenario_from(variant(6), truth=TRUTH, read_at_visits=False)
    assert (exact.endpoints.schedule == follow.NONE).all()
    assert exact.digest != both.digest


def test_the_schedule_reads_at_the_next_and_the_last_assessment():
    ahead, back = follow.schedule([43, 99], days=120)
    assert ahead[[1, 43, 44, 99]].tolist() == [43, 43, 99, 99]
    assert ahead[100] == follow.NOT_SEEN
    assert back[[1, 42, 43, 98, 99, 120]].tolist() == [1, 1, 43, 43, 99, 99]


@pytest.mark.parametrize(
    ("look", "kind", "target"),
    [
        ("20 events", follow.AT_EVENTS, 20),
        ("18 months", follow.AFTER_FIRST, 548),
        ({"cutoff": "2020-03-01"}, follow.ON_DAY, 61),
        ({"subjects": "30"}, follow.AT_SUBJECTS, 30),
    ],
)
def test_looks_say_when(look, kind, target):
    plan = changed(0, design={"PFS": {"power": "80%", "looks": {"final": look}}})
    scenario = scenario_from(plan, truth=TRUTH)
    assert (scenario.looks.kind[0], scenario.looks.target[0]) == (kind, target)


def test_a_share_of_the_events_is_rounded_up_without_binary_dust():
    looks = {"interim": "70% information", "final": "10 events"}
    plan = changed(0, design={"PFS": {"spending": "lan-demets-obf", "looks": looks}})
    assert scenario_from(plan, truth=TRUTH).looks.target.tolist() == [7, 10]


def test_the_true_log_hazard_ratio_where_there_is_one():
    times = {"old": "median 6 months", "new": "hazard ratio 0.5"}
    truth = {"progression": {"arms": times}, "death": {"arms": times}}
    plan = changed(0, truth={TRUTH: truth})
    assert scenario_from(plan, truth=TRUTH).truth[0] == pytest.approx(np.log(0.5), rel=1e-9)
    delayed = {"arms": times | {"new": "hazard ratio 0.5 after 3 months"}}
    plan = changed(0, truth={TRUTH: truth | {"progression": delayed}})
    assert scenario_from(plan, truth=TRUTH).truth == (None,)


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ({"estimands": {"PFS": {"endpoint": "PFS", "population": "ITT", "test": "Peto-Peto"}}},
         "virtual trials do not know the test"),
        ({"truth": {TRUTH: {"death": {"arms": {"old": "median 9 months"}}}}}, 'the arm "new"'),
        ({"truth": {TRUTH: {"response": {"new": "20%"}}}}, "nothing is said about PFS"),
    ],
)  # fmt: skip
def test_what_cannot_be_simulated_is_named(sections, says):
    with pytest.raises(InputError, match=says):
        scenario_from(changed(0, **sections), truth=TRUTH)


@pytest.mark.parametrize(
    ("endpoint", "test", "sign"),
    [
        ({"type": "time to event", "event": ["death"]}, "log-rank", 1),
        ({"type": "time to event", "event": ["death"], "better": "shorter"}, "max-combo", -1),
        # a score that had better be low deteriorates as late as can be
        ({"type": "questionnaire", "worse by": "10", "better": "lower"}, "log-rank", 1),
        ({"type": "questionnaire", "worse by": "10", "better": "higher"}, "RMST", 1),
        ({"type": "proportion", "responder": "AVAL = 1"}, "Fisher exact", 1),
        ({"type": "proportion", "responder": "AVAL = 1", "better": "lower"}, "Fisher exact", -1),
    ],
)
def test_which_side_is_better_is_the_sign_of_the_test(endpoint, test, sign):
    asked = {"test": test, "options": {"tau": 100} if test == "RMST" else {}}
    looks = {"E": {"looks": {"final": "end of study"}}}
    rules = tiny({"label": "E", **endpoint}, asked, design=looks)
    assert kernel_test(hypothesis(rules, "E")).sign == sign


def test_an_unknown_truth_is_named_with_the_nearest():
    with pytest.raises(InputError, match="did you mean"):
        scenario_from(netter(), truth="nothing work")


def test_restricted_means_are_not_stratified():
    from dataclasses import replace

    r = small(1).readings
    wrong = r._replace(method=np.full(len(r.method), batch.RMST))
    assert r.stratified.any()
    with pytest.raises(InputError, match="without strata"):
        replace(small(1), readings=wrong)


def test_sides_and_late_looks_are_checked():
    from dataclasses import replace

    with pytest.raises(InputError, match="sides: found 3"):
        replace(small(0), sides=3)
    late = small(0).looks._replace(latest=np.array([10**6]))
    with pytest.raises(InputError, match="is past day"):
        replace(small(0), looks=late)
    first = small(0).hypotheses[0]
    with pytest.raises(InputError, match="one planned information per reading"):
        replace(small(0), hypotheses=(replace(first, planned=()),))


def test_what_a_design_asks_in_vain_is_named():
    design = plan_of(6)["design"]
    own = {**design["PFS"], "alpha": "1%"}
    with pytest.raises(ProtocolError, match="has an `alpha` of its own"):
        changed(6, design={"PFS": own})


def test_bounds_that_need_a_plan_say_so():
    whole = plan_of(1)
    looks = {"interim": "36 weeks", "final": "20 events"}
    whole["design"] = {"PFS": {"looks": looks, "spending": "0.01, 0.05"}}
    whole["assume"] = {"accrual": {"lasts": "9 months"}}
    with pytest.raises(InputError, match=r"design.PFS: its bounds need a plan; .+"):
        scenario_from(read_text(json.dumps(whole)), truth=TRUTH)
    whole["design"]["PFS"]["spending"] = "lan-demets-obf"
    assert scenario_from(read_text(json.dumps(whole)), truth=TRUTH).hypotheses[0].plan is None


def test_hypotheses_may_have_errors_of_their_own():
    design = {
        "multiplicity": "none",
        "PFS": {**plan_of(6)["design"]["PFS"], "alpha": "15%"},
        "OS": {**plan_of(6)["design"]["OS"], "alpha": "5%"},
    }
    found = scenario_from(changed(6, design=design), truth=TRUTH)
    assert found.alpha == 0.2
    assert found.shares.table[0].tolist() == pytest.approx([0.75, 0.25])


def test_only_the_strata_of_the_allocation_are_simulated():
    estimand = plan_of(1)["estimands"]["PFS"]
    assert estimand["test"] == "stratified log-rank"
    plan = changed(1, estimands={"PFS": {**estimand, "strata": []}})
    with pytest.raises(InputError, match="strata other than those of the allocation"):
        scenario_from(plan, truth=TRUTH)


def test_survivors_asked_at_other_times_than_the_cutoff_are_refused():
    whole = plan_of(2)
    status = whole["visits"]["status"]
    whole["visits"]["status"] = {**status, "every": "3 months"}
    plan = read_text(json.dumps(whole))
    says = r"visits.status.do: survivors are asked every 3 months, not at the data cut-off, so OS"
    with pytest.raises(InputError, match=says):
        scenario_from(plan, truth=TRUTH)
    # on exact days everybody is followed, and survival that no look cuts is whole
    assert scenario_from(plan, truth=TRUTH, read_at_visits=False).hypotheses[0].name == "OS"
    whole["design"]["OS"]["looks"] = {"final": "end of study"}
    scenario_from(read_text(json.dumps(whole)), truth=TRUTH)
    # every day but for a window is not every day
    whole = plan_of(2)
    whole["visits"]["status"] = {k: v for k, v in status.items() if k != "window"}
    with pytest.raises(InputError, match="every 1 day, not at the data cut-off"):
        scenario_from(read_text(json.dumps(whole)), truth=TRUTH)


@pytest.mark.parametrize(
    ("who", "never", "is_refused"),
    [
        ("treated", {}, False),
        ("treated", {"old": "5%"}, True),
        ('BORFL = "Y"', {}, True),
        ("randomized", {"old": "5%"}, False),
    ],
)
def test_only_those_randomized_are_simulated(who, never, is_refused):
    whole = plan_of(1)
    whole["populations"] = {**whole["populations"], "some": {"who": who, "flag": "SOMEFL"}}
    whole["estimands"]["PFS"]["population"] = "some"
    whole["truth"][TRUTH]["never treated"] = never
    plan = read_text(json.dumps(whole))
    if not is_refused:
        assert scenario_from(plan, truth=TRUTH).hypotheses[0].name == "PFS"
        return
    with pytest.raises(InputError, match='cannot simulate the population "some"'):
        scenario_from(plan, truth=TRUTH)
