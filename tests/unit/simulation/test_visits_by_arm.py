"""Virtual patients hold the visits of their arm, and those that go with their drug."""

import polars as pl
import pytest

import equipoise as eq
from equipoise.meaning.check import read, read_text
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.spec import SPEC

CASE = SPEC / "valid" / "forms.yaml"


@pytest.fixture(scope="module")
def trial():
    return eq.run(read(CASE), truth="as planned", seed=3)


def test_doses_have_the_visits_that_go_with_them(trial):
    held = trial.table("visits").join(trial.table("subjects"), on="subject")
    arms = {key: set(held.filter(pl.col("key") == key)["arm"]) for key in ("infusion", "injection")}
    assert arms == {"infusion": {"hot"}, "injection": {"cold"}}
    doses = trial.table("doses").filter(pl.col("drug") == "octreotide LAR")
    visits = held.filter(pl.col("key") == "injection")
    assert sorted(zip(visits["subject"], visits["date"], strict=True)) == sorted(
        zip(doses["subject"], doses["date"], strict=True)
    )


def test_what_is_held_at_any_time_is_planned_for_no_day(trial):
    assert "unscheduled" not in set(trial.table("visits")["key"])
    planned = tabulate(trial).tables["TV"]
    assert not planned.filter(pl.col("VISIT").str.contains("Unscheduled")).height
    injections = planned.filter(pl.col("VISIT").str.starts_with("Injection"))
    assert set(injections["ARMCD"]) == {"cold"}


def test_a_plain_visit_of_one_arm_is_held_by_its_patients_alone():
    text = CASE.read_text("utf-8").replace(
        "  unscheduled:", "  phone: {epoch: treatment, for: cold, at: 6 weeks}\n  unscheduled:"
    )
    trial = eq.run(read_text(text), truth="as planned", seed=3)
    held = trial.table("visits").join(trial.table("subjects"), on="subject")
    assert set(held.filter(pl.col("key") == "phone")["arm"]) == {"cold"}
    planned = tabulate(trial).tables["TV"]
    assert set(planned.filter(pl.col("VISIT") == "Phone")["ARMCD"]) == {"cold"}
