"""What befalls virtual patients beside their tumor."""

import numpy as np
import polars as pl
import pytest

from equipoise.patients.events import ANTICANCER, adverse_events, later_therapies, milestones
from equipoise.patients.people import NEVER
from support.virtual import TRUTH, netter, virtual_record
from support.wards import clinic, with_truth

SEVERE = {
    "term": "Rash",
    "system": "Skin",
    "any_grade": {"lutate": 0.6},
    "grade_34": {"lutate": 0.3},
}


@pytest.fixture(scope="module")
def it():
    return clinic(netter())


def events(it, **changes):
    term = netter().truth[TRUTH].adverse_events[0].model_copy(update=changes)
    truth = it.ward.truth.model_copy(update={"adverse_events": (term,)})
    return adverse_events(it.ward.who, truth, it.ward.tests, it.given)[0]


def arms(it):
    names = np.array(it.ward.who.arms)[it.ward.who.arm]
    return dict(zip(it.ward.who.subject.tolist(), names.tolist(), strict=True))


def treated(it, arm):
    started = it.given.courses.day[:, 0] != NEVER
    return int((started & (it.ward.who.arm == it.ward.who.arms.index(arm))).sum())


def test_shares_are_those_of_the_truth(it):
    found = events(it, **SEVERE)
    assert {arms(it)[s] for s in found["subject"]} == {"lutate"}
    n = treated(it, "lutate")
    assert abs(found.height / n - 0.6) < 4 * np.sqrt(0.24 / n)
    high = found.filter(pl.col("grade") >= 3).height
    assert abs(high / n - 0.3) < 4 * np.sqrt(0.21 / n)


def test_a_severe_grade_counts_as_any_grade(it):
    found = events(it, any_grade={"lutate": 0.1}, grade_34={"lutate": 0.4})
    assert (found["grade"] >= 3).all()
    assert found.height > 0.2 * treated(it, "lutate")


def test_a_term_of_a_laboratory_test_befalls_the_deepest_falls(it):
    found = set(events(it, lab="PLAT", any_grade={"lutate": 0.3}, grade_34={})["subject"])
    test = next(t for t in it.ward.tests if t.truth.code == "PLAT")
    own = (it.ward.who.arm == it.ward.who.arms.index("lutate")) & (
        it.given.courses.day[:, 0] != NEVER
    )
    deepest = own & (test.rank < 0.3)
    assert found == set(it.ward.who.subject[deepest].tolist())


def test_events_begin_after_a_dose_and_end_with_what_is_known(it):
    record = virtual_record()
    first = record.table("doses").group_by("subject").agg(pl.col("date").min().alias("first"))
    rows = record.table("events").join(first, on="subject", how="left")
    rows = rows.join(record.table("subjects").select("subject", "ended"), on="subject")
    assert (rows["start"] >= rows["first"]).all()
    known = rows.filter(pl.col("end").is_not_null())
    assert (known["end"] >= known["start"]).all()
    assert (known["end"] <= known["ended"]).all()
    still = rows.filter(pl.col("end").is_null())
    assert set(still["outcome"]) == {"NOT RECOVERED/NOT RESOLVED"}


def test_a_new_term_moves_no_old_one(it):
    one = adverse_events(it.ward.who, it.ward.truth, it.ward.tests, it.given)
    more = it.ward.truth.model_copy(
        update={"adverse_events": (it.ward.truth.adverse_events[3], *it.ward.truth.adverse_events)}
    )
    again = adverse_events(it.ward.who, more, it.ward.tests, it.given)
    assert all(a.equals(b) for a, b in zip(one, again[1:], strict=True))


def test_later_therapy_follows_progression_that_was_seen(it):
    progressed = np.where(np.arange(it.ward.who.size) % 2 == 0, 100, NEVER)
    truth = with_truth(netter(), new_therapy_after_progression=1.0).truth[TRUTH]
    found = later_therapies(it.ward.who, truth, progressed=progressed)
    assert set(found["category"]) == {ANTICANCER}
    number = found["subject"].cast(pl.Int64) - 1
    assert (number % 2 == 0).all()
    origin = it.ward.who.origin[number.to_numpy()]
    day = found["start"].cast(pl.Int32).to_numpy() - origin
    assert (day >= 107).all()
    assert (day < it.ward.who.end[number.to_numpy()]).all()
    none = with_truth(netter(), new_therapy_after_progression=0.0).truth[TRUTH]
    assert later_therapies(it.ward.who, none, progressed=progressed).is_empty()


def test_everybody_consents_is_randomized_and_ends_once(it):
    found = milestones(it.ward.who, it.given, progressed=it.off)
    for what in ("INFORMED CONSENT OBTAINED", "RANDOMIZED"):
        assert found.filter(pl.col("what") == what).height == it.ward.who.size
    ends = found.filter(pl.col("scope") == "STUDY PARTICIPATION")
    assert ends["subject"].is_unique().all()
    dead = ends.filter(pl.col("what") == "DEATH").height
    assert dead == int((it.ward.who.end == it.ward.who.death).sum())
