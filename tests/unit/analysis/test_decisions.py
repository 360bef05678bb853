"""What is decided of each hypothesis at a look, or why nothing is."""

import polars as pl
import pytest
from scipy.stats import norm

from equipoise.analysis.decisions import decisions
from support.answers import TIME, adam, answer, one, people, times, value
from support.answers import protocol as tiny

LOOKS = {"looks": {"final": "40 events"}}


def decided(estimand, *, names=("E",), also=None, **more):
    """The rows of `decisions` at the look of E, of two arms of 30; 40 events are looked at."""
    design = {
        name: LOOKS if name == "E" else {"looks": {"final": "with E final"}} for name in names
    }
    rules = tiny(TIME, estimand, **{"design": design, **more})
    adsl = people()
    events = [times(adsl, code) for code in ("E", also) if code]
    data = adam(rules, look="E final", ADSL=adsl, ADTTE=pl.concat(events))
    return data, list(decisions(data))


@pytest.mark.parametrize("name", ["max-combo", "stratified max-combo", "Fleming-Harrington"])
def test_a_test_of_weights_has_z_bound_and_decision(name):
    data, rows = decided({"test": name})
    z = value(answer(data), "z", method=name, comparison="new v old")
    # a longer time is better: Z below 0 speaks for the experimental arm
    assert value(rows, "observed z") == -z
    assert value(rows, "bound z") == pytest.approx(norm.isf(0.025))
    assert value(rows, "observed p, one-sided") == pytest.approx(norm.cdf(z))
    assert one(rows, "decision").note == (
        "stop for efficacy" if z < norm.ppf(0.025) else "stop for futility"
    )


def test_a_plan_needs_no_assumptions_where_looks_wait_for_events():
    _, rows = decided({"test": "log-rank"}, assume={})
    assert one(rows, "decision").note.startswith("stop for")


@pytest.mark.parametrize(
    ("estimand", "reason"),
    [
        ({}, 'no decision: the estimand "E" names no test'),
        (
            {"test": "Kaplan-Meier"},
            "no decision: no statistic of Kaplan-Meier is held against a boundary",
        ),
        (
            {"test": "Grambsch-Therneau"},
            "no decision: no statistic of Grambsch-Therneau is held against a boundary",
        ),
        (
            {"test": "Fisher exact"},
            'no decision: estimand "E": the method needs a proportion',
        ),
    ],
)
def test_what_cannot_be_decided_says_why(estimand, reason):
    _, rows = decided(estimand)
    assert [(row.statistic, row.value, row.note) for row in rows] == [("decision", None, reason)]


def test_a_hypothesis_without_an_estimand_says_so():
    _, rows = decided({"test": "log-rank"}, names=("E", "D"), endpoints={"E": TIME, "D": TIME})
    said = {row.analysis: row.note for row in rows if row.statistic == "decision"}
    assert said["D"] == "no decision: D has no estimand"
    assert said["E"].startswith("stop for")


def test_a_trial_without_a_plan_says_what_is_lacking():
    looks = {"E": {"looks": {"final": "end of study"}}}
    _, rows = decided({"test": "log-rank"}, design=looks)
    (row,) = rows
    assert row.value is None
    assert row.note == (
        "no boundary: design.E: final: assume.accrual and assume.follow up say when the study "
        "ends; expected both"
    )


def test_a_hypothesis_left_out_of_the_plan_stops_no_other():
    asked = {"population": "ITT", "test": "log-rank"}
    rules = {
        "names": ("E", "D"),
        "endpoints": {"E": TIME, "D": TIME},
        "estimands": {name: {"endpoint": name, **asked} for name in ("E", "D")},
    }
    _, rows = decided({}, also="D", **rules)
    said = {row.analysis: row.note for row in rows if row.statistic == "decision"}
    assert said["E"].startswith("stop for")
    assert said["D"] == "no boundary: its looks follow E final; say what is assumed about E"
