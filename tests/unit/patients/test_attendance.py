"""Encounters have draws of their own, whatever else is planned."""

import json
from functools import cache

import numpy as np
import polars as pl
import pytest

from equipoise.kernels.trials.arrive import cohort
from equipoise.meaning.check import read_text
from equipoise.patients.attendance import attend, scans
from equipoise.patients.people import people
from equipoise.patients.visit_plans import plan_within, scan_visit
from equipoise.patients.world import setting
from equipoise.simulation.object.run import run
from equipoise.streams import Stream
from support.roads import TRUTH as PLAIN_TRUTH
from support.roads import plan_of
from support.virtual import TRUTH, netter, virtual_record
from support.wards import visit_laws

SEED, TRIAL = 4, 2


@cache
def patients():
    where = setting(netter(), truth=TRUTH)
    drawn = cohort(where.world, seed=SEED, trial=TRIAL)
    return where, drawn, people(netter(), where, drawn, seed=SEED, trial=TRIAL)


def test_an_encounter_does_not_depend_on_those_planned_after_it():
    _, _, who = patients()
    short, long = (
        attend(who, plan_within(netter(), "scan", horizon=h), missed=0.2, last=who.end)
        for h in (400, 2000)
    )
    m = len(short.plan.day)
    assert 4 <= m < len(long.plan.day)
    np.testing.assert_array_equal(short.day, long.day[:, :m])
    np.testing.assert_array_equal(short.is_held, long.is_held[:, :m])


@pytest.mark.parametrize("k", [0, 3])
def test_encounter_k_has_draws_3k_to_3k_plus_2(k):
    _, drawn, who = patients()
    window, missed = 7, 0.4
    seen = attend(who, plan_within(netter(), "scan", horizon=500), missed=missed, last=who.end)
    for j in (0, 7, 100):
        key = Stream.of(seed=SEED, trial=TRIAL, subject=int(drawn.subject[j]), purpose="visit:scan")
        u = [key.uniform() for _ in range(3 * k + 3)][3 * k :]
        day = seen.plan.day[k] + round((u[0] + u[1] - 1) * window)
        assert seen.day[j, k] == day
        assert seen.is_held[j, k] == (day <= who.end[j] and u[2] >= missed)


def test_a_scan_planned_after_the_end_may_come_before_it():
    window = netter().visits["scan"].window.whole_days
    planned = plan_within(netter(), "scan", horizon=84)
    assert planned.day.tolist() == [85]
    assert planned.day[0] - window <= 84


@pytest.mark.parametrize("seed", [1, 2])
def test_a_visit_planned_by_the_end_of_treatment_is_held_be_it_after_it(seed):
    visit_laws(seed)


def test_a_visit_for_dosing_without_such_doses_is_held_as_planned():
    whole = plan_of(0)
    first = {"day": "1", "do": ["dosing", "laboratory"]}
    whole["visits"] = {**whole["visits"], "first dose": {"window": "0 days", **first}}
    found = run(read_text(json.dumps(whole)), truth=PLAIN_TRUTH, seed=1)
    held = found.table("visits").filter(pl.col("key") == "first dose")
    assert held.height == found.table("subjects").height
    assert (held["date"] == held["planned"]).all()


def test_the_scans_are_those_that_repeat():
    where, _, who = patients()
    assert scan_visit(netter()) == "scan"
    seen = scans(netter(), who, where.truth, horizon=300)
    assert seen.plan.key == "scan"


def test_a_visit_for_dosing_is_planned_for_the_day_of_its_dose() -> None:
    """Infusions count from the actual one before: a delay does not make the next visit late."""
    tables = virtual_record().tables
    visits = tables["visits"].filter(pl.col("key") == "infusion")
    doses = tables["doses"].filter(pl.col("drug") == "177Lu-Dotatate")
    days = ["subject", "date", "planned"]
    assert visits.select(days).sort(days).equals(doses.select(days).sort(days))
    step = pl.col("planned") - pl.col("date").shift(1).over("subject")
    apart = doses.sort("subject", "date").select(step.dt.total_days()).to_series()
    assert set(apart.drop_nulls()) == {56}
