"""Rebuilt patients as lines of a protocol: assumptions, truths under scans, and pooling."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from ruamel.yaml import YAML

from equipoise.errors import InputError
from equipoise.evidence.guyot import Patients
from equipoise.evidence.into_plan import (
    Wanted,
    assumed,
    assumption_lines,
    before_scans,
    truth_lines,
)
from equipoise.evidence.pooled import pooled, random_effects
from equipoise.evidence.reanalysis import reanalyzed
from equipoise.evidence.reconstruct import reconstruct
from equipoise.meaning.check import read_text
from equipoise.protocol.write import template
from support import printed_trials
from support.printed_trials import Arm

WANTED = Wanted("control", "control", "months", "figure 2")
MEDIAN, SCANS = 4.07, 2.76  # months
CLOSE = 0.25  # months; one standard error of the median of 400 subjects


def published(number=1):
    arms = printed_trials.trial(number)
    return reconstruct(printed_trials.every_step(arms), at_risk=printed_trials.at_risk(arms))


def scanned():
    """400 subjects whose progression, of median 4.07 months, is seen at scans."""
    rng = np.random.default_rng(8)
    life = rng.exponential(MEDIAN / np.log(2), 400)
    seen = np.ceil(life / SCANS) * SCANS + rng.normal(0, 0.1, 400)
    leave = rng.uniform(12, 30, 400)
    arm = Arm(np.minimum(seen, leave), seen <= leave)
    curve, risk = printed_trials.every_step((arm, arm)), printed_trials.at_risk((arm, arm))
    return reconstruct(curve, at_risk=risk)


def crossing(points):
    """Where survival by constant hazards between points is one half."""
    t = np.array([0.0, *(p.time for p in points)])
    hazard = -np.log([1.0, *(p.survival for p in points)])
    return float(np.interp(np.log(2), hazard, t))


def check_truth():
    arm = scanned().arms[0]
    assert crossing(before_scans(arm, SCANS)) == pytest.approx(MEDIAN, abs=CLOSE)


def test_a_truth_is_what_scans_have_not_delayed():
    check_truth()


def test_an_assumption_is_what_was_seen():
    arm = scanned().arms[0]
    assert arm.median > MEDIAN + 1.0
    assert crossing(assumed(arm)) == pytest.approx(arm.median, abs=0.6)


def test_points_lie_on_the_curve():
    arm = published().arms[0]
    curve = np.array([(p.time, p.survival) for p in assumed(arm)])
    assert (np.diff(curve, axis=0)[:, 1] < 0).all()
    died = arm.patients.time[arm.patients.event]
    assert curve[-1, 0] <= died.max()


@pytest.mark.parametrize("key", ["assume", "truth"])
def test_the_lines_go_into_a_protocol(key):
    found = published()
    if key == "assume":
        lines = assumption_lines(found, WANTED, endpoint="PFS")
    else:
        lines = truth_lines(found, WANTED, of="progression", every="8 weeks")
    yaml = YAML()
    plan, mine = yaml.load(template.start(arms=2, endpoint="time to event")), yaml.load(lines)
    plan["sources"].update(mine["sources"])
    if key == "assume":
        plan["assume"]["PFS"]["control"] = mine["assume"]["PFS"]["control"]
    else:
        truth = mine["truth"]
        arms = truth["published"]["progression"]["arms"]
        arms["treatment"] = "hazard ratio 0.65"
        plan["truth"] = truth
    plan["design"]["PFS"]["looks"]["final"] = "140 events"
    out = StringIO()
    yaml.dump(plan, out)
    protocol = read_text(out.getvalue())
    assert "rebuilt" in protocol.sources
    assert "figure 2" in protocol.sources["rebuilt"].text


def test_a_truth_needs_the_scans():
    with pytest.raises(InputError, match="interval of scans"):
        truth_lines(published(), WANTED, of="progression")
    with pytest.raises(InputError, match="interval of scans"):
        truth_lines(published(), WANTED, of="death", every="8 weeks")
    with pytest.raises(InputError, match="no arm cntrol; did you mean control"):
        truth_lines(published(), WANTED._replace(arm="cntrol"), of="death")
    with pytest.raises(InputError, match="did you mean months"):
        assumption_lines(published(), WANTED._replace(unit="month"), endpoint="PFS")


def test_random_effects_by_hand():
    # values 0 and 2 of variance 1: mean 1, scatter 2 - 1 = 1, spread 2 - 2/2 = 1, so variance
    # between 1; each then has variance 2, their mean 1
    found = random_effects(np.array([0.0, 2.0]), np.array([1.0, 1.0]))
    assert found == pytest.approx((1.0, 1.0, 1.0))
    alike = random_effects(np.array([1.0, 1.2]), np.array([1.0, 1.0]))
    assert alike == pytest.approx((1.1, np.sqrt(0.5), 0.0))


def test_one_trial_twice_is_that_trial():
    arm = published().arms[0]
    found = pooled([arm.patients, arm.patients])
    assert all(each.between == 0.0 for each in found)
    own = np.array([(arm.patients.time > each.end).mean() for each in found])
    assert found[0].survival == pytest.approx(own[0], abs=0.05)


def test_trials_that_differ():
    rng = np.random.default_rng(3)
    means = np.repeat([10.0, 20.0], 10)
    trials = [Patients(rng.exponential(m, 300), np.ones(300, bool)) for m in means]
    found = pooled(trials)
    # log hazards -log 10 and -log 20, each half of log 2 from their mean
    assert np.mean([e.log_hazard for e in found]) == pytest.approx(-np.log(200) / 2, abs=0.1)
    assert np.mean([e.between for e in found]) == pytest.approx(np.log(2) / 2, abs=0.06)
    lines = assumption_lines(published(), WANTED, endpoint="PFS", others=trials[:1])
    assert "pooled with 1 more" in lines


def test_pooling_needs_two_trials_with_events():
    few = Patients(np.array([1.0, 2.0]), np.array([True, False]))
    with pytest.raises(InputError, match="two trials"):
        pooled([few])
    with pytest.raises(InputError, match="expected 10 or more"):
        pooled([few, few])


def test_side_by_side():
    arms = printed_trials.trial(1)
    found = reconstruct(
        printed_trials.every_step(arms),
        at_risk=printed_trials.at_risk(arms),
        hazard_ratio={"experimental": 0.8},
    )
    rows = reanalyzed(*found.arms, found.contrasts[0], found.beside, at=6.0)
    names = [row.name for row in rows]
    assert names[0] == "hazard ratio"
    assert rows[0].published == 0.8
    assert "max-combo P" in names
    assert all(row.value is not None for row in rows if "difference" in row.name)
    late = reanalyzed(*found.arms, found.contrasts[0], found.beside, at=1e4)
    assert all(row.value is None and row.why for row in late if "difference" in row.name)
