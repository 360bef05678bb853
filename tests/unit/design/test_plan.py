"""From a protocol to its design."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from equipoise.calendar import months
from equipoise.design.plan.plan import plan
from equipoise.errors import ProtocolError
from equipoise.meaning.check import read
from equipoise.protocol.model import altered
from support.design_protocol import protocol

NETTER = Path(__file__).parents[3] / "examples" / "netter1" / "protocol.yaml"
PFS = {"PFS": {"old": "10 months", "new": {"hazard ratio": 0.6}}}


@pytest.fixture(scope="module")
def netter() -> Any:
    return plan(read(NETTER))


def test_netter_words(netter: Any) -> None:
    words = netter.in_words()
    assert "74 events in lutate and octreotide give 90.6% power" in words
    assert "158 deaths" in words
    assert "at 40 of 158 deaths Z 4.30, one-sided P 8.4e-6" in words
    assert "fixed sequence PFS, OS" in words
    assert "[yours (register)]" in words
    assert "[default]" in words
    assert "[derived]" in words


def test_netter_numbers(netter: Any) -> None:
    assert netter["PFS"].needed == pytest.approx(72.358, abs=1e-3)
    assert netter["OS"].needed == pytest.approx(157.6, abs=0.1)
    assert netter["OS"].unit == "deaths"
    interim = netter["OS"].looks[0]
    assert not interim.fixed
    assert interim.day.time == pytest.approx(netter["PFS"].looks[0].day.time)
    assert months(interim.day.time) == pytest.approx(20.88, abs=0.01)
    assert repr(netter) == "Design  NETTER-1: 230 patients, PFS 74 events, OS 158 deaths"
    assert any("158 deaths are asked for" in note for note in netter.notes)


def test_dict_is_plain_json(netter: Any) -> None:
    again = json.loads(json.dumps(netter.to_dict(), allow_nan=False))
    assert [h["name"] for h in again["hypotheses"]] == ["PFS", "OS"]
    assert {i["kind"] for i in again["inputs"]} == {"yours", "default", "derived"}


def test_events_are_solved_for_when_not_said() -> None:
    looks = {"interim": "60% information", "final": "100% information"}
    d = plan(protocol({"PFS": {"power": "90%", "looks": looks}}, PFS))["PFS"]
    # Schoenfeld 161.07 times the inflation at information 0.6
    assert d.needed == pytest.approx(161.069 * d.bounds.inflation, abs=0.01)
    assert d.maximum == pytest.approx(-(-d.needed // 1))
    assert d.looks[0].amount == pytest.approx(-(-0.6 * d.maximum // 1))
    assert d.power >= 0.9


def test_single_look_by_default_and_note_when_too_few() -> None:
    d = plan(protocol({"PFS": {"power": "90%"}}, PFS))
    assert [x.name for x in d["PFS"].looks] == ["final"]
    assert d["PFS"].maximum == 162
    few = plan(protocol({"PFS": {"power": "90%", "looks": {"final": "100 events"}}}, PFS))
    assert "162 events are needed for 90% power, and 100 are planned" in few.notes[0]


def test_futility_by_chosen_looks() -> None:
    looks = {
        "first": {"information": "30%", "efficacy": False},
        "second": {"information": "60%", "futility": False},
        "final": "100% information",
    }
    said = {"power": "90%", "futility": "hsd:-2", "looks": looks}
    b = plan(protocol({"PFS": said}, PFS))["PFS"].bounds
    assert b.upper[0] is None
    assert b.lower[0] is not None
    assert b.lower[1] is None
    assert "for futility at Z" in plan(protocol({"PFS": said}, PFS)).in_words()


def test_calendar_looks_and_calendar_spending() -> None:
    looks = {"interim": "18 months", "final": "36 months"}
    said = {"power": "80%", "spend by": "calendar", "looks": looks}
    d = plan(protocol({"PFS": said}, PFS))["PFS"]
    assert d.bounds.spending_time == pytest.approx((0.5, 1.0))
    assert d.bounds.information[0] < 0.5
    assert not d.looks[1].fixed


def test_end_of_study_needs_follow_up() -> None:
    said = {"PFS": {"power": "80%", "looks": {"final": "end of study"}}}
    with pytest.raises(ProtocolError, match="follow up"):
        plan(protocol(said, PFS))
    d = plan(protocol(said, {**PFS, "follow up": "12 months"}))["PFS"]
    assert months(d.looks[0].day.time) == pytest.approx(32.0)


def test_delayed_effect_uses_the_average_hazard_ratio() -> None:
    late = {"PFS": {"old": "10 months", "new": {"hazard ratio": 0.5, "after": "3 months"}}}
    d = plan(protocol({"PFS": {"power": "80%"}}, late, subjects=600))["PFS"]
    assert d.method == "average hazard ratio"
    assert 0.5 < d.effect < 1.0
    assert d.power == pytest.approx(0.8, abs=0.01)


def test_an_effect_that_wanes_counts_less_and_one_that_crosses_may_count_for_nothing() -> None:
    def planned(effect: str) -> Any:
        said = {"PFS": {"old": "10 months", "new": effect}}
        return plan(protocol({"PFS": {"power": "80%"}}, said, subjects=600))["PFS"]

    lasting = planned("hazard ratio 0.5")
    waning = planned("hazard ratio 0.5 until 4 months, then 0.8")
    assert waning.method == "average hazard ratio"
    assert lasting.effect < waning.effect < 1.0
    assert waning.needed > lasting.needed
    crossing = planned("hazard ratio 1.3 until 1 month, then 0.5")
    assert lasting.effect < crossing.effect < 1.0
    with pytest.raises(ProtocolError, match=r"hazard ratio is 1\.\d+; expected below 1"):
        planned("hazard ratio 0.8 until 1 month, then 1.3")


def test_curve_and_unequal_ratio() -> None:
    assumed = {"PFS": {"old": {"curve": {"6 months": "60%", "12 months": "30%"}},
                       "new": {"hazard ratio": 0.6}}}  # fmt: skip
    one = plan(protocol({"PFS": {"power": "90%"}}, assumed))["PFS"]
    two = plan(protocol({"PFS": {"power": "90%"}}, assumed, ratio="1:2"))["PFS"]
    assert one.needed == pytest.approx(161.07, abs=0.01)
    assert two.needed == pytest.approx(181.20, abs=0.01)
    assert two.course.ratio == 2.0


def test_proportion_mean_and_margin() -> None:
    ends = {
        "ORR": {"label": "Response", "type": "proportion"},
        "QOL": {"label": "Quality of life", "type": "continuous", "better": "lower"},
    }
    assumed = {
        "ORR": {"old": "50%", "new": "75%"},
        "QOL": {"old": {"mean": "10", "sd": "5"}, "new": {"mean": "8", "sd": "5"}},
    }
    design = {"ORR": {"power": "90%"}, "QOL": {"power": "90%"}}
    d = plan(protocol(design, assumed, endpoints=ends))
    assert d["ORR"].needed == pytest.approx(153.41, abs=0.01)
    assert d["QOL"].effect == pytest.approx(-2.0)
    assert d["QOL"].drift > 0
    assert d["QOL"].maximum == 300
    assert d["QOL"].power == pytest.approx(0.9337, abs=2e-3)
    margin = {"ORR": {"power": "80%", "margin": "20%"}}
    same = {"ORR": {"old": "10%", "new": "10%"}}
    ni = plan(protocol(margin, same, endpoints=ends))["ORR"]
    assert ni.method == "farrington-manning"
    assert ni.margin == -0.2
    assert "with a margin of -0.2" in plan(protocol(margin, same, endpoints=ends)).in_words()


def test_survival_margin() -> None:
    said = {"PFS": {"power": "90%", "margin": 1.3}}
    same = {"PFS": {"old": "10 months", "new": "10 months"}}
    # 1.3 exp(-1.959964 * 2 / sqrt(611)) = 1.1094
    assert "hazard ratio 1.109." in plan(protocol(said, same, subjects=900)).in_words()
    # 4 * 10.50742 / log(1.3)^2 = 610.6
    assert plan(protocol(said, same, subjects=900))["PFS"].needed == pytest.approx(610.6, abs=0.1)


def test_a_time_that_had_better_be_shorter_is_planned_on_its_own_side() -> None:
    ends = {"PFS": {"label": "Time to healing", "type": "time to event", "event": ["death"],
                    "better": "shorter"}}  # fmt: skip
    said = {"PFS": {"power": "90%"}}
    faster = {"PFS": {"old": "15 months", "new": "10 months"}}
    slower = {"PFS": {"old": "10 months", "new": "15 months"}}
    longer = plan(protocol(said, slower, subjects=900))["PFS"]
    healed = plan(protocol(said, faster, subjects=900, endpoints=ends))["PFS"]
    # Schoenfeld's events depend on the size of log 1.5 alone: 4 * 10.50742 / 0.40547^2
    assert (healed.needed, longer.needed) == pytest.approx((255.652, 255.652), abs=0.001)
    assert (healed.effect, longer.effect) == pytest.approx((1.5, 1 / 1.5))
    assert healed.drift == pytest.approx(longer.drift)
    assert healed.effect_at(1.96) == pytest.approx(1 / longer.effect_at(1.96))
    with pytest.raises(ProtocolError, match=r"hazard ratio is 0\.667; expected above 1"):
        plan(protocol(said, slower, subjects=900, endpoints=ends))


@pytest.mark.parametrize("margin", ["-2", "2"])
def test_the_margin_lies_on_the_side_that_is_worse(margin: str) -> None:
    same = {"QOL": {"old": {"mean": "10", "sd": "5"}, "new": {"mean": "10", "sd": "5"}}}
    found = {}
    for better in ("lower", "higher"):
        ends = {"QOL": {"label": "Quality of life", "type": "continuous", "better": better}}
        design = {"QOL": {"power": "90%", "margin": margin}}
        found[better] = plan(protocol(design, same, endpoints=ends))["QOL"]
    assert (found["lower"].margin, found["higher"].margin) == (2.0, -2.0)
    assert found["lower"].needed == found["higher"].needed
    # 2 worse by 1.96 standard errors less: 2 - 1.96 * 10 / sqrt(300)
    assert found["lower"].effect_at(1.96) == pytest.approx(0.868, abs=1e-3)


@pytest.mark.parametrize(
    ("how", "level"), [("holm", 0.0125), ("bonferroni", 0.0125), ("none", 0.025)]
)
def test_levels_by_multiplicity(how: str, level: float) -> None:
    both = {**PFS, "OS": {"old": "30 months", "new": "45 months"}}
    looks = {"final": "100 events"}
    said = {"multiplicity": how, "PFS": {"looks": looks}, "OS": {"looks": looks}}
    d = plan(protocol(said, both))
    assert d["OS"].alpha == pytest.approx(level)
    assert d["OS"].bounds.alpha == pytest.approx(level)


def test_graph_from_the_protocol() -> None:
    both = {**PFS, "OS": {"old": "30 months", "new": "45 months"}}
    looks = {"final": "100 events"}
    graph = {"weights": {"PFS": 0.8, "OS": 0.2}, "transitions": {"PFS": {"OS": 1.0}}}
    said = {
        "multiplicity": "graph",
        "graph": graph,
        "PFS": {"looks": looks},
        "OS": {"looks": looks},
    }
    d = plan(protocol(said, both))
    assert d["PFS"].alpha == pytest.approx(0.02)
    assert d.graph.transitions == ((0.0, 1.0), (0.0, 0.0))
    assert "a graph that starts with PFS 80%, OS 20%" in d.in_words()


def test_bounds_without_assumptions() -> None:
    d = plan(protocol({"PFS": {"looks": {"half": "50 events", "final": "100 events"}}}, {}))["PFS"]
    assert d.power is None
    assert d.bounds.information == (0.5, 1.0)
    assert d.looks[0].day.time is None


@pytest.mark.parametrize(
    ("design", "assume", "message"),
    [
        ({"PSF": {"power": "90%"}}, PFS, "did you mean PFS"),
        ({}, PFS, "no hypothesis is designed"),
        ({"PFS": {"power": "90%"}}, {}, "say a power with assumptions"),
        ({"PFS": {"power": "90%"}}, {"PFS": {"old": "10 months"}}, "assume.PFS.new"),
        ({"PFS": {"looks": {"a": "50 events", "b": "40 events"}}}, PFS, "more events each time"),
        ({"PFS": {"looks": {"a": "500 events"}}}, PFS, "500 events are asked of 300"),
        ({"PFS": {"looks": {"a": "with OS final", "b": "50 events"}}}, PFS, "no look is called"),
        ({"PFS": {"power": "90%", "method": "shonfeld"}}, PFS, "did you mean schoenfeld"),
        ({"PFS": {"power": "90%", "spending": "hds:1"}}, PFS, "looks|did you mean hsd"),
        (
            {"PFS": {"looks": {"a": "50 events"}}},
            {"PFS": {"old": "10 months", "new": "8 months"}},
            "hazard ratio is 1.25; expected below 1",
        ),
        ({"PFS": {"looks": {"a": "with PFS b", "b": "50 events"}}}, PFS, "circle"),
    ],
)
def test_faults_are_told(design: Any, assume: Any, message: str) -> None:
    if design.get("PFS", {}).get("spending"):
        design["PFS"]["looks"] = {"a": "50% information", "b": "100% information"}
    with pytest.raises(ProtocolError, match=message):
        plan(protocol(design, assume))


def test_all_faults_at_once() -> None:
    with pytest.raises(ProtocolError) as told:
        plan(protocol({"PSF": {"power": "90%"}, "SO": {"power": "90%"}}, PFS))
    assert len(told.value.findings) == 2


def test_events_need_no_accrual() -> None:
    p = protocol({"PFS": {"power": "90%"}}, {**PFS, "accrual": {}})
    d = plan(p)
    assert d["PFS"].maximum == 162
    assert d["PFS"].course is None
    assert d.accrual_days is None
    said = {"looks": {"first": "12 months", "final": "100 events"}}
    with pytest.raises(ProtocolError, match="must say how many events"):
        plan(protocol({"PFS": said}, {**PFS, "accrual": {}}))


def test_own_error_is_for_both_sides_and_shrinks_with_the_level() -> None:
    looks = {"a": "50 events", "b": "100 events"}
    said = {"PFS": {"looks": looks, "spending": "0.01, 0.05"}}
    assert plan(protocol(said, {}))["PFS"].bounds.alpha_spent == pytest.approx((0.005, 0.025))
    both = {**said, "multiplicity": "holm", "OS": {"looks": looks}}
    assert plan(protocol(both, {}))["PFS"].bounds.alpha_spent == pytest.approx((0.0025, 0.0125))


def test_untested_efficacy_is_said() -> None:
    looks = {"a": {"events": 60, "efficacy": False}, "b": "160 events"}
    said = {"PFS": {"power": "80%", "futility": "0.02, 0.2", "looks": looks}}
    words = plan(protocol(said, PFS)).in_words()
    assert "efficacy is not tested; stop for futility at Z" in words
    assert "cumulative error 0.02, 0.2" in words


def test_equivalence_is_refused_rather_than_sized_one_sided() -> None:
    ends = {"ORR": {"label": "Response", "type": "proportion"}}
    p = protocol({"ORR": {"power": "90%", "margin": "10%"}}, {"ORR": {"old": "50%", "new": "50%"}},
                 endpoints=ends)  # fmt: skip
    equal = altered(p, trial=p.trial.model_copy(update={"framework": "equivalence"}))
    with pytest.raises(ProtocolError, match="equivalence"):
        plan(equal)


def test_power_of_a_single_look_is_that_of_its_method() -> None:
    from equipoise.design.size.proportions import size_proportion

    ends = {"ORR": {"label": "Response", "type": "proportion"}}
    assumed = {"ORR": {"old": "20%", "new": "40%"}}
    d = plan(protocol({"ORR": {"power": "80%"}}, assumed, endpoints=ends, subjects=200))["ORR"]
    fixed = size_proportion(control=0.2, experimental=0.4, subjects=200, power=None)
    assert d.power == pytest.approx(fixed.power, abs=1e-9)
    # 0.2 / sqrt((0.2 * 0.8 + 0.4 * 0.6) / 100) = 3.162
    assert d.drift == pytest.approx(3.1623, abs=1e-4)


def test_cutoff_date_is_a_day_once_accrual_has_a_start() -> None:
    accrual = {"start": "2030-01-01", "end": "2031-01-01"}
    looks = {"first": {"cutoff": "2031-01-01"}, "final": "150 events"}
    d = plan(protocol({"PFS": {"looks": looks}}, {**PFS, "accrual": accrual}))["PFS"]
    assert d.looks[0].day.time == 365.0
    assert d.looks[0].says == "on 2031-01-01"
