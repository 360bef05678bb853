"""The truth that follows from `assume`, worked by hand."""

from __future__ import annotations

from math import log, sqrt

import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.meaning.expected import Steps
from equipoise.meaning.planned_truth.truth import AS_PLANNED, planned
from equipoise.meaning.rates import hazard
from equipoise.patients.world import truth_named
from equipoise.protocol import Protocol, resolve_truth
from equipoise.protocol.model import Hazard

HEAD = """
equipoise: "1"
trial: {id: T, title: T}
population: {randomize: 100}
arms:
  old: {label: Old, role: control, give: ["old 1 mg oral every 1 day until week 8"]}
  new: {label: New, role: experimental, give: ["new 1 mg oral every 1 day until week 8"]}
visits:
  base: {day: -7, do: [tumor assessment, questionnaires, vital signs]}
  scan: {every: 60 days, window: 5 days, do: [tumor assessment, questionnaires, vital signs]}
populations:
  ITT: {label: All, who: randomized, flag: ITTFL}
assume:
  accrual: {lasts: 10 months}
  follow up: 12 months
  dropout: {all: 5%}
"""
PFS = """
  PFS:
    label: PFS
    type: time to event
    assessed at: scan
    recist: {version: "1.1"}
    event: [progression, death]
    censor: [last adequate assessment, randomization]
"""
OS = """
  OS: {label: OS, type: time to event, event: [death], censor: [last known alive]}
"""


def read(assumed: str, endpoints: str) -> Protocol:
    return read_text(f"{HEAD}{assumed}\nendpoints:{endpoints}")


def steps_of(found: Hazard, control: Hazard) -> Steps:
    base = hazard(control, None, "")
    return base if found is control else hazard(found, base, "")


def refused(protocol: Protocol, why: str) -> None:
    with pytest.raises(InputError, match=why):
        truth_named(protocol, AS_PLANNED)


def test_as_many_have_progressed_by_a_scan_as_are_assumed_half_an_interval_later() -> None:
    """Scans every 60 days: by day 60 those of 90 days, by day 120 those of 150, and so on."""
    p = read("  PFS: {old: median 300 days, new: hazard ratio 0.5}", PFS)
    truth = p.truth[AS_PLANNED]
    assert truth.death is None
    assert truth.progression is not None
    old, new = truth.progression.arms["old"], truth.progression.arms["new"]
    found, assumed = steps_of(old, old), log(2) / 300
    assert found.starts == pytest.approx((0.0, 60.0))
    assert found.values == pytest.approx((assumed * 90 / 60, assumed))
    assert found.total(270.0) == pytest.approx(log(2))  # the scan of day 270 or the next shows half
    assert new.hazard_ratio == 0.5
    assert (dict(truth.dropout), truth.accrual.lasts) == ({"all": 0.05}, None)


def test_a_first_scan_apart_from_the_interval() -> None:
    """First on day 90, then every 60: by day 90 those of 120 days."""
    later = HEAD.replace("{every: 60 days,", "{every: 60 days, start: 90 days,")
    p = read_text(f"{later}  PFS: {{old: median 300 days, new: hazard ratio 0.5}}\nendpoints:{PFS}")
    truth = p.truth[AS_PLANNED].progression
    assert truth is not None
    found = steps_of(truth.arms["old"], truth.arms["old"])
    assert found.starts == pytest.approx((0.0, 90.0))
    assert found.values == pytest.approx((log(2) / 300 * 120 / 90, log(2) / 300))


def test_a_delayed_effect_is_seen_when_it_is_assumed() -> None:
    """From day 200 on half the hazard: progression that is seen then came from day 170 on."""
    p = read("  PFS: {old: median 300 days, new: hazard ratio 0.5 after 200 days}", PFS)
    truth = p.truth[AS_PLANNED].progression
    assert truth is not None
    found, assumed = steps_of(truth.arms["new"], truth.arms["old"]), log(2) / 300
    assert found.starts == pytest.approx((0.0, 60.0, 170.0))
    assert found.values == pytest.approx((assumed * 1.5, assumed, assumed / 2), rel=1e-5)


def test_progression_has_what_death_leaves() -> None:
    """log 2/300 of both less log 2/600 of death is log 2/600, seen 30 days late."""
    p = read(
        "  PFS: {old: median 300 days, new: hazard ratio 0.5}\n"
        "  OS: {old: median 600 days, new: hazard ratio 0.5}",
        PFS + OS,
    )
    truth = p.truth[AS_PLANNED]
    assert truth.progression is not None
    assert truth.death is not None
    old, new = truth.progression.arms["old"], truth.progression.arms["new"]
    for found, left in ((steps_of(old, old), log(2) / 600), (steps_of(new, old), log(2) / 1200)):
        assert found.starts == pytest.approx((0.0, 60.0))
        assert found.values == pytest.approx((left * 1.5, left), rel=1e-5)
    assert truth.death.arms["new"].hazard_ratio == 0.5


def test_a_curve_with_deaths_keeps_its_steps() -> None:
    """exp(-0.3) at 100 days, exp(-0.5) at 200: hazards 3 and 2 in 1000; deaths take 1 in 1000."""
    p = read(
        "  PFS: {old: {curve: {100 days: 0.740818220681718, 200 days: 0.606530659712633}},"
        " new: hazard ratio 0.8}\n"
        "  OS: {old: median 693.147180559945 days, new: median 693.147180559945 days}",
        PFS + OS,
    )
    truth = p.truth[AS_PLANNED]
    assert truth.progression is not None
    old = hazard(truth.progression.arms["old"], None, "")
    # of progression alone 2 in 1000 to day 100, 1 in 1000 after it; seen 30 days late
    assert old.starts == pytest.approx((0.0, 60.0, 70.0))
    assert old.values == pytest.approx((0.002 * 90 / 60, 0.002, 0.001), rel=1e-5)


def test_what_does_not_follow_is_told_by_name() -> None:
    p = read(
        "  PFS: {old: median 300 days, new: hazard ratio 0.5}\n"
        "  OS: {old: median 200 days, new: hazard ratio 0.5}",
        PFS + OS,
    )
    found = planned(p)
    assert found.left_out == {
        "PFS": "in the arm old deaths alone (assume.OS) come as fast as PFS from month 0 on, so "
        "that no time is left for progression"
    }
    assert found.truth is not None
    assert found.truth.progression is None
    quick = read("  PFS: {old: median 40 days, new: hazard ratio 0.5}", PFS)
    refused(quick, "PFS: a median of 40 days cannot be seen by scans after 60 days")
    refused(read("", PFS), "says nothing about an endpoint yet")


def test_responders() -> None:
    orr = """
  ORR:
    {label: ORR, type: proportion, data: ADRS, parameter: BOR, responder: 'AVALC in ("PR", "CR")'}
"""
    p = read("  ORR: {old: 20%, new: 40%}", orr)
    assert p.truth[AS_PLANNED].response == {"old": 0.2, "new": 0.4}
    only = orr.replace('"PR", ', "")
    refused(read("  ORR: {old: 20%, new: 40%}", only), "ORR: responders have CR or PR, and not")
    score = orr.replace("ADRS", "ADQS").replace("BOR", "QL2")
    refused(read("  ORR: {old: 20%, new: 40%}", score), "not a condition over ADQS")


MEASURE = """
  BP:
    {label: BP, type: continuous, data: ADVS, parameter: SYSBP, assessed at: scan, better: lower}
estimands:
  BP:
    endpoint: BP
    role: primary
    population: ITT
    intercurrent events: {treatment stopped: treatment policy}
    summary: difference in means
    test: MMRM
    at: 120 days
"""


def test_a_change_has_the_assumed_deviation() -> None:
    """Two noises of 10 / root 2 have a difference of 10; the window opens five days early."""
    p = read("  BP: {old: {mean: -2, sd: 10}, new: {mean: -6, sd: 10}}", MEASURE)
    found = p.truth[AS_PLANNED].measures["SYSBP"]
    assert found.noise == pytest.approx(10 / sqrt(2))
    assert found.change == {"old": -2.0, "new": -6.0}
    assert found.by is not None
    assert (found.domain, found.by.whole_days) == ("VS", 115)
    other = read("  BP: {old: {mean: -2, sd: 10}, new: {mean: -6, sd: 12}}", MEASURE)
    refused(other, "BP: standard deviations that differ by arm")


COUNT = """
  EX: {label: Exacerbations, type: count, data: ADAE}
estimands:
  EX:
    endpoint: EX
    role: primary
    population: ITT
    intercurrent events: {treatment stopped: treatment policy}
    summary: rate ratio
    test: negative binomial
    options: {where: 'AEDECOD = "WHEEZE"'}
"""


def test_counts_come_at_the_assumed_rates_under_the_term_that_is_counted() -> None:
    p = read("  EX: {old: 1.2, new: 0.8, dispersion: 0.5}", COUNT)
    found = p.truth[AS_PLANNED].recurring["EX"]
    assert (found.rates, found.dispersion) == ({"old": 1.2, "new": 0.8}, 0.5)
    assert found.term == "WHEEZE"
    by_grade = COUNT.replace('AEDECOD = "WHEEZE"', "ATOXGRN >= 3")
    other = read("  EX: {old: 1.2, new: 0.8}", by_grade)
    refused(other, "EX: events are counted by another condition")


def test_a_written_truth_stands_alone_and_the_digest_does_not_know_of_it() -> None:
    assumed = "  OS: {old: median 300 days, new: hazard ratio 0.5}"
    p = read(assumed, OS)
    mine = read_text(
        f"{HEAD}{assumed}\nendpoints:{OS}\ntruth:\n  mine:\n    death:\n"
        "      arms: {old: median 1 year, new: hazard ratio 1}\n"
    )
    assert list(mine.truth) == ["mine"]
    assert mine.digest == p.digest
    kinds = {note["kind"] for key, note in resolve_truth(p)["provenance"].items()}
    assert kinds == {"derived", "default"} or kinds == {"derived"}


def test_scenarios_may_start_from_it() -> None:
    p = read_text(
        f"{HEAD}  OS: {{old: median 300 days, new: hazard ratio 0.5}}\nendpoints:{OS}\n"
        "scenarios:\n  effects:\n    truth: as planned\n    vary: {OS.hazard ratio: [0.5, 0.8]}\n"
    )
    assert p.scenarios["effects"].truth == AS_PLANNED
