"""Control patients who cross over: what the record says of them, and what they gain."""

import json

import polars as pl
import pytest

from equipoise.errors import ProtocolError
from equipoise.meaning.check import read_text
from equipoise.simulation.object.run import run
from support.off_plan import Change, changed, crossing
from support.roads import TRUTH, plan_of


def crossing_plan(share: str, life: str):
    return read_text(
        json.dumps(changed(plan_of(6), Change(6, truth=crossing(share, life)), truth=TRUTH))
    )


def test_who_crosses_takes_the_other_arm_s_drug_after_the_scan():
    protocol = crossing_plan("100%", "1")
    record = run(protocol, truth=TRUTH, seed=4)
    people = record.table("subjects").select("subject", "arm")
    taken = record.table("therapies").join(people, on="subject")
    drug = protocol.arms["new"].give[0].drug
    assert set(taken.filter(pl.col("arm") == "old")["therapy"]) == {drug}
    assert taken.filter(pl.col("arm") == "new").is_empty()
    assert len(taken) > 5


def test_nobody_lives_shorter_and_some_live_longer():
    ends = {}
    for life in ("1", "3"):
        subjects = run(crossing_plan("100%", life), truth=TRUTH, seed=4).table("subjects")
        ends[life] = subjects.select("subject", "arm", "ended")
    both = ends["1"].join(ends["3"], on="subject", suffix="_then")
    gain = (both["ended_then"] - both["ended"]).dt.total_days()
    old = both["arm"] == "old"
    assert (gain.filter(~old) == 0).all()
    assert (gain >= 0).all()
    assert (gain.filter(old) > 30).sum() > 5


def test_a_truth_without_progression_has_no_crossover():
    plan = changed(
        plan_of(6), Change(6, truth=crossing("20%", "1"), untold=("progression",)), truth=TRUTH
    )
    with pytest.raises(ProtocolError, match="patients cross over at progression"):
        read_text(json.dumps(plan))
