"""Intercurrent events and scans as arrays: what is carried, and what is refused."""

import json

import pytest

from equipoise.errors import InputError
from equipoise.kernels.trials import follow, scans
from equipoise.meaning.check import read_text
from equipoise.simulation.kernel.compile import scenario_from
from support.roads import TRUTH, plan_of, variant
from support.trials import small
from support.virtual import netter


def course(plan, truth=TRUTH, **how):
    return scenario_from(plan, truth=truth, **how).endpoints.course


def with_events(number, name, events, **truth):
    """A small protocol whose estimand has these intercurrent events."""
    whole = plan_of(number)
    whole["estimands"][name]["intercurrent events"] = events
    whole["truth"][TRUTH] |= truth
    return read_text(json.dumps(whole))


def test_scans_on_their_planned_days_take_the_fast_path():
    for number in (0, 2, 6):
        assert len(small(number).endpoints.course.matters) == 0


def test_netter_is_read_at_scans_off_their_days():
    found = course(netter(), "as reported")
    assert found.matters.tolist() == found.at_scans.tolist() == [1, 0]
    assert found.gap_of.tolist() == [scans.ANY, scans.NONE]
    assert found.counted_until[0, [1, 85, 169]].tolist() == [169 + 7, 253 + 7, 337 + 7]
    assert (found.scans.window, found.scans.missed) == (7, 0.03)
    assert found.scans.planned[:2].tolist() == [85, 169]
    # therapy comes after the scan that shows progression; of OS it is treatment policy
    assert found.therapy.tolist() == [scans.IGNORED] * 2
    assert found.then.starts == 0.6


def test_on_exact_days_no_scan_can_be_missed():
    assert len(course(netter(), "as reported", read_at_visits=False).matters) == 0


def test_two_estimands_of_one_endpoint_are_two_endpoints():
    whole = plan_of(6)
    whole["estimands"]["PFS too"] = whole["estimands"]["PFS"] | {
        "intercurrent events": {"two missed assessments": "hypothetical"}
    }
    whole["design"]["OS"]["estimand"] = "PFS too"
    found = scenario_from(read_text(json.dumps(whole)), truth=TRUTH)
    assert found.endpoint_names == ("PFS", "PFS")
    assert found.endpoints.course.matters.tolist() == [0, 1]
    assert sorted(set(found.readings.endpoint.tolist())) == [0, 1]


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("PFS", {"treatment stopped": "hypothetical"}),
        ("OS", {"treatment stopped": "composite"}),
        ("OS", {"progression": "while on treatment"}),
        ("OS", {"lost to follow-up": "composite"}),
        (
            "PFS",
            {"new anticancer therapy": {"strategy": "hypothetical", "where": 'CMCAT = "SURGERY"'}},
        ),
    ],
)
def test_what_needs_records_is_refused_by_name(name, events):
    plan = with_events(6, name, events)
    with pytest.raises(
        InputError, match=f'estimand for {name}: cannot simulate "{next(iter(events))}"'
    ):
        course(plan)


@pytest.mark.parametrize(
    "events",
    [
        {"treatment stopped": "treatment policy"},
        {"lost to follow-up": "hypothetical"},
        {"withdrawal of consent": "while on treatment"},
    ],
)
def test_what_changes_nothing_is_taken(events):
    assert len(course(with_events(6, "PFS", events)).matters) == 0


def test_a_principal_stratum_is_refused():
    with pytest.raises(InputError, match="principal stratum"):
        course(with_events(2, "OS", {"new anticancer therapy": "principal stratum"}))


def test_therapy_matters_only_where_somebody_gets_it():
    events = {"new anticancer therapy": "hypothetical"}
    assert len(course(with_events(2, "OS", events)).matters) == 0
    share = {"new therapy after progression": "20%"}
    assert course(with_events(2, "OS", events, **share)).therapy.tolist() == [scans.ENDS]


def test_the_true_effect_of_a_composite_has_no_one_value():
    share = {"new therapy after progression": "20%"}
    plan = with_events(2, "OS", {"new anticancer therapy": "composite"}, **share)
    assert scenario_from(plan, truth=TRUTH).truth == (None,)


def test_scans_that_may_fall_on_one_day_are_refused():
    whole = plan_of(0)
    whole["visits"]["scan"] |= {"every": "4 days", "start": "4 days"}
    del whole["visits"]["scan"]["window"]
    with pytest.raises(InputError, match="scans within 2 days of their plan may fall on one day"):
        course(read_text(json.dumps(whole)))


def test_tables_of_scans_know_their_windows():
    found = scans.scans(
        [43, 99], days=120, window=7, missed=0.0, purpose=scans.BY_PLAN.scans.purpose
    )
    assert found.ahead[[1, 50, 51, 106, 107]].tolist() == [0, 0, 1, 1, 2]
    assert found.behind[[1, 35, 36, 91, 92, 120]].tolist() == [0, 0, 1, 1, 2, 2]


def test_death_that_is_no_event_ends_observation():
    whole = plan_of(5)
    whole["endpoints"]["PFS"]["event"] = ["progression"]
    found = scenario_from(read_text(json.dumps(whole)), truth=TRUTH)
    assert found.endpoints.course.dies.tolist() == [1]
    assert found.endpoints.second.tolist() == [follow.NONE]
    assert variant(5).endpoints["PFS"].event[1].name == "death"
