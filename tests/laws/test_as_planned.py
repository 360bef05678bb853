"""Virtual trials as planned are trials as planned: effects, spread and power come back."""

from __future__ import annotations

from math import sqrt

import numpy as np
import polars as pl
import pytest

from equipoise.conduct.record import Record
from equipoise.design.plan.plan import plan
from equipoise.meaning.check import read_text
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Published
from equipoise.protocol.write.template import shipped, start
from equipoise.simulation.object.without_records import figures
from equipoise.simulation.simulate import simulate

AS_PLANNED = "as planned"
FEW = 4.0  # standard errors that chance may stray
MEDIANS = 40  # trials, of which the mean of medians is taken
MEDIAN_DAYS = 10.0  # medians lie on days of scans, which are spread over two weeks
POWER = 0.03  # what scans take of a test's power, and Monte Carlo error


def virtual(protocol: Protocol, *, seed: int) -> Record:
    return live(protocol, setting(protocol, truth=AS_PLANNED), seed=seed)


def test_scans_show_the_assumed_median() -> None:
    protocol = read_text(start(endpoint="time to event"))
    asked = {"says": "", "value": 9, "estimand": "PFS", "statistic": "median", "group": "control"}
    where = setting(protocol, truth=AS_PLANNED)
    wanted = [Published.model_validate(asked)]
    found = [
        figures(protocol, where, wanted, look="PFS final", seed=1, trial=k)[0]
        for k in range(MEDIANS)
    ]
    assert np.mean(found) == pytest.approx(9 * 30.4375, abs=MEDIAN_DAYS)


def test_the_power_of_a_plan_comes_back() -> None:
    protocol = read_text(start(endpoint="time to event", per_arm=100))
    planned = plan(protocol)["PFS"].power
    found = simulate(protocol, truth=AS_PLANNED, trials=3000, seed=1)
    power = found.value("power", hypothesis="PFS").value
    assert planned is not None
    assert power == pytest.approx(planned, abs=POWER)


@pytest.mark.parametrize("template", ["dual-primary", "time to event"])
def test_virtual_looks_come_when_the_plan_expects_them(template: str) -> None:
    """Scans show progression late; the days of looks are those of the plan all the same."""
    text = start(endpoint=template) if template == "time to event" else shipped(template)
    protocol = read_text(text)
    found = simulate(protocol, truth=AS_PLANNED, trials=300, seed=3)
    days = {row.look: row for row in found.rows if row.statistic == "day"}
    looks = {f"{h.name} {look.name}": look for h in plan(protocol).hypotheses for look in h.looks}
    assert days.keys() <= looks.keys()
    for name, seen in days.items():
        expected = looks[name].day
        assert expected is not None
        assert seen.value == pytest.approx(expected.time, abs=FEW * seen.error + 1.0), name


@pytest.mark.parametrize("kind", ["continuous", "questionnaire"])
def test_changes_have_the_assumed_mean_and_deviation(kind: str) -> None:
    """Answers to items lie 8.3 points apart, which adds to the spread of a scored scale."""
    per_arm = 400
    protocol = read_text(start(endpoint=kind, per_arm=per_arm))
    sd, gap, grain = (10.0, -4.0, 0.0) if kind == "continuous" else (20.0, 7.0, 100 / 12)
    record = virtual(protocol, seed=2)
    last, first = values(record, 24), values(record, -1)
    both = last.join(first, on="subject", suffix="_before")
    both = both.join(record.table("subjects").select("subject", "arm"), on="subject")
    both = both.with_columns(change=pl.col("value") - pl.col("value_before"))
    seen = {arm: rows["change"].to_numpy() for (arm,), rows in both.group_by("arm")}
    n = min(len(some) for some in seen.values())
    assert n > 0.9 * per_arm
    wanted = sqrt(sd**2 + 2 * grain**2 / 12)
    for some in seen.values():
        assert some.std(ddof=1) == pytest.approx(wanted, abs=FEW * wanted / sqrt(2 * n))
    difference = seen["treatment"].mean() - seen["control"].mean()
    assert difference == pytest.approx(gap, abs=FEW * wanted * sqrt(2 / n))


def values(record: Record, week: int) -> pl.DataFrame:
    """The value of each subject at a week; -1 is before randomization. Of items, the score."""
    rows = record.table("assessments")
    rows = rows.join(record.table("subjects").select("subject", "randomized"), on="subject")
    day = (pl.col("date") - pl.col("randomized")).dt.total_days()
    rows = rows.filter((day // 1 - 7 * week).is_between(-8, 8))
    mean = rows.group_by("subject").agg(pl.col("value").mean())
    if rows["code"].n_unique() == 1:
        return mean
    return mean.with_columns(value=(pl.col("value") - 1) / 6 * 100)


def test_responders_come_in_the_assumed_share_of_those_who_stay() -> None:
    """Lost within 24 weeks are 2.3%, and some respond after that: a little below."""
    protocol = read_text(start(endpoint="proportion", per_arm=400))
    asked = {"says": "", "value": 0, "estimand": "ORR", "statistic": "rate"}
    wanted = [Published.model_validate({**asked, "group": arm}) for arm in protocol.arms]
    where = setting(protocol, truth=AS_PLANNED)
    trials = [
        figures(protocol, where, wanted, look="ORR final", seed=1, trial=k) for k in range(10)
    ]
    control, treatment = np.mean(trials, axis=0)
    error = sqrt(0.24 / 4000)
    assert 0.20 * 0.93 - FEW * error < control < 0.20 + FEW * error
    assert 0.40 * 0.93 - FEW * error < treatment < 0.40 + FEW * error
