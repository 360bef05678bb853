"""Interim results against the design."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.monitor.forecast import Progress, forecast
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.monitor.scales import p_to_z
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError
from equipoise.meaning.check import read
from equipoise.meaning.expected import expected_events, time_of_events
from support.design_protocol import protocol

NETTER = Path(__file__).parents[3] / "examples" / "netter1" / "protocol.yaml"
PFS = {"PFS": {"old": "10 months", "new": {"hazard ratio": 0.6}}}
LOOKS = {"first": "80 events", "second": "120 events", "final": "170 events"}


@pytest.fixture(scope="module")
def netter() -> Any:
    return plan(read(NETTER))


@pytest.fixture(scope="module")
def three() -> Any:
    return plan(protocol({"PFS": {"power": "90%", "futility": "hsd:-2", "looks": LOOKS}}, PFS))


def test_published_interim_says_continue(netter: Any) -> None:
    found = monitor(netter, {"OS": [Seen("interim", 40, p_to_z(0.004, sides=2))]})
    h = found["OS"]
    assert h.decision == "continue"
    assert h.bound == pytest.approx(4.30, abs=0.005)
    assert h.bound_p == pytest.approx(8.4e-6, abs=5e-8)
    assert h.information == pytest.approx(40 / 158)
    assert len(h.bounds.information) == 2
    assert "Decision: continue" in found.in_words()
    assert "only once PFS is rejected" in found.in_words()
    json.dumps(found.to_dict(), allow_nan=False)


def test_sequence_lets_the_second_in_only_after_the_first(netter: Any) -> None:
    strong = Seen("interim", 40, 5.0)
    after = monitor(netter, {"PFS": [Seen("final", 74, 3.0)], "OS": [strong]})
    assert after["OS"].decision == "stop for efficacy"
    assert after.graph.order == ("PFS", "OS")
    before = monitor(netter, {"PFS": [Seen("final", 74, 1.0)], "OS": [strong]})
    assert before["PFS"].decision == "stop for futility"
    assert before["OS"].decision == "continue"
    assert before["OS"].waits_for == ("PFS",)


def test_planned_information_gives_planned_bounds(three: Any) -> None:
    h = monitor(three, {"PFS": [Seen("first", 80, 1.0)]})["PFS"]
    assert h.bounds.upper == pytest.approx(three["PFS"].bounds.upper, abs=1e-10)
    assert h.bounds.lower == pytest.approx(three["PFS"].bounds.lower, abs=1e-8)


def test_over_and_under_running(three: Any) -> None:
    seen = [Seen("first", 90, 1.5), Seen("second", 125, 1.9), Seen("final", 180, 2.2)]
    h = monitor(three, {"PFS": seen})["PFS"]
    t = [90 / 170, 125 / 170, 180 / 170]
    assert h.bounds.upper == pytest.approx(bounds(t).upper, abs=1e-10)
    assert h.bounds.alpha_spent[-1] == pytest.approx(0.025, abs=1e-10)
    assert h.decision == "stop for efficacy"
    short = monitor(three, {"PFS": [Seen("first", 90, 1.5), Seen("final", 150, 2.2)]})["PFS"]
    assert short.bounds.alpha_spent[-1] == pytest.approx(0.025, abs=1e-10)
    assert short.last


def test_added_look_leaves_later_ones(three: Any) -> None:
    h = monitor(three, {"PFS": [Seen("first", 80, 1.0), Seen("extra", 100, 1.2)]})["PFS"]
    assert [round(t * 170) for t in h.bounds.information] == [80, 100, 120, 170]
    assert h.next_look == "second"


def test_futility_stop_and_first_stop_counts(three: Any) -> None:
    h = monitor(three, {"PFS": [Seen("first", 80, -0.5), Seen("second", 120, 2.0)]})["PFS"]
    assert h.decision == "stop for futility"
    assert h.look == "first"
    assert h.adjusted["p"] == pytest.approx(0.6915, abs=1e-4)


def test_smaller_of_planned_and_actual_spends_less() -> None:
    said = {"power": "90%", "looks": LOOKS, "spend by": "smaller of planned and actual"}
    d = plan(protocol({"PFS": said}, PFS))
    late = monitor(d, {"PFS": [Seen("first", 100, 1.0)]})["PFS"]
    assert late.bounds.spending_time[0] == pytest.approx(80 / 170)
    early = monitor(d, {"PFS": [Seen("first", 60, 1.0)]})["PFS"]
    assert early.bounds.spending_time[0] == pytest.approx(60 / 170)


def test_fixed_shape_spends_what_it_planned() -> None:
    said = {"power": "90%", "looks": LOOKS, "spending": "obf"}
    d = plan(protocol({"PFS": said}, PFS))
    planned = d["PFS"].bounds
    same = monitor(d, {"PFS": [Seen("first", 80, 1.0)]})["PFS"].bounds
    assert same.upper == pytest.approx(planned.upper, abs=1e-9)
    other = monitor(d, {"PFS": [Seen("first", 100, 1.0)]})["PFS"].bounds
    assert other.alpha_spent[-1] == pytest.approx(0.025, abs=1e-10)
    assert other.upper[0] < planned.upper[0]


def test_effect_scale_of_intervals(netter: Any) -> None:
    h = monitor(netter, {"PFS": [Seen("final", 74, 3.0)]})["PFS"]
    # exp(-3 * 2 / sqrt(74)) and exp(-(3 +- 1.96) * 2 / sqrt(74))
    assert h.effect == pytest.approx(0.49783, abs=1e-4)
    assert h.repeated_interval == pytest.approx((0.31565, 0.78516), abs=1e-4)
    assert h.adjusted["estimate"] == pytest.approx(h.effect, abs=1e-6)


def test_unknown_hypothesis_and_looks_that_go_back(three: Any) -> None:
    with pytest.raises(InputError, match="did you mean PFS"):
        monitor(three, {"PSF": [Seen("first", 80, 1.0)]})
    with pytest.raises(InputError, match="must rise"):
        monitor(three, {"PFS": [Seen("first", 80, 1.0), Seen("second", 80, 1.0)]})
    with pytest.raises(InputError, match="no look is given"):
        monitor(three, {"PFS": []})


def test_forecast_returns_the_plan_when_all_goes_as_planned(three: Any) -> None:
    course = three["PFS"].course
    day = time_of_events(course, 80)
    found = forecast(course, Progress(day, 80), target=120)
    assert found.time == pytest.approx(time_of_events(course, 120), abs=0.01)
    assert found.early < found.time < found.late
    events = expected_events(course, day)
    control = round(events.control)
    by_arm = forecast(course, Progress(day, 80, control, 80 - control), target=120)
    assert by_arm.time == pytest.approx(found.time, rel=0.01)


def test_forecast_shifts_with_the_rate(three: Any) -> None:
    course = three["PFS"].course
    day = time_of_events(course, 80)
    slow, fast = (forecast(course, Progress(day, d), target=120).time for d in (60, 100))
    assert fast < time_of_events(course, 120) < slow
    with pytest.raises(InputError, match="seen already"):
        forecast(course, Progress(day, 130), target=120)
    with pytest.raises(InputError, match="do not add up"):
        forecast(course, Progress(day, 80, 30, 40), target=120)


def test_forecast_appears_in_monitoring(three: Any) -> None:
    course = three["PFS"].course
    day = time_of_events(course, 80)
    found = monitor(three, {"PFS": [Seen("first", 80, 1.0, day=day)]})
    assert found["PFS"].forecast.time == pytest.approx(time_of_events(course, 120), abs=0.01)
    assert "is forecast for month" in found.in_words()


def test_own_futility_error_follows_the_information_seen() -> None:
    looks = {"a": "60 events", "b": "160 events"}
    said = {"power": "80%", "futility": "0.02, 0.2", "looks": looks}
    d = plan(protocol({"PFS": said}, PFS))
    h = monitor(d, {"PFS": [Seen("a", 80, 0.0)]})["PFS"]
    # on the straight line from 0.02 at 60 events to 0.2 at 160
    assert h.bounds.beta_spent[0] == pytest.approx(0.02 + 0.18 * 20 / 100)
    assert monitor(d, {"PFS": [Seen("a", 60, 0.0)]})["PFS"].futility_bound == pytest.approx(
        d["PFS"].bounds.lower[0], abs=1e-9
    )


def test_margin_moves_the_effect_scale() -> None:
    said = {"power": "90%", "margin": 1.3, "looks": {"final": "611 events"}}
    same = {"PFS": {"old": "10 months", "new": "10 months"}}
    d = plan(protocol({"PFS": said}, same, subjects=900))
    h = monitor(d, {"PFS": [Seen("final", 611, 0.0)]})["PFS"]
    assert h.effect == pytest.approx(1.3)


def test_a_look_without_a_bound_stops_nothing_and_spends_nothing() -> None:
    looks = {
        "safety": {"events": 40, "efficacy": False},
        "first": {"events": 80, "futility": False},
        "final": "170 events",
    }
    d = plan(protocol({"PFS": {"power": "90%", "futility": "hsd:-2", "looks": looks}}, PFS))
    h = monitor(d, {"PFS": [Seen("safety", 40, 6.0), Seen("first", 80, -3.0)]})["PFS"]
    assert h.decision == "continue"
    assert h.look == "first"
    assert h.bounds.upper[0] is None
    assert h.bounds.lower[1] is None
    assert h.bounds.upper == pytest.approx(d["PFS"].bounds.upper, abs=1e-10)
    other = {**looks, "safety": "40 events"}
    with_bound = plan(
        protocol({"PFS": {"power": "90%", "futility": "hsd:-2", "looks": other}}, PFS)
    )
    stopped = monitor(with_bound, {"PFS": [Seen("safety", 40, 6.0)]})["PFS"]
    assert stopped.decision == "stop for efficacy"
