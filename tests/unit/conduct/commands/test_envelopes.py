"""Slots set aside for a site: served to nobody else, entered late with their time, or returned."""

import datetime as dt
import json

import pytest

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.replayed import out_of_order, replayed
from equipoise.conduct.store.verify import audited
from support.conducted import live, small
from support.stores import DATABASES, SQLITE

SLOTS = 3


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = live(request.param, tmp_path / "t", protocol=small(40))
    yield found
    found.store.engine.dispose()


def sealed(trial, site="A"):
    return trial.do("uma", "seal envelopes", site=site, slots=SLOTS)["batch"]


def envelopes(trial, *stratum):
    rows = trial.rows("envelope")
    return [one for one in rows if one["stratum"] == json.dumps([*stratum], separators=(",", ":"))]


def arm_of(trial, envelope):
    stratum = tuple(json.loads(envelope["stratum"]))
    return trial.bus.lists.secret.entries(stratum, envelope["slot"])[-1]


def opened(trial, subject, envelope, *, by="carl", **given):
    asked = {"batch": envelope["batch"], "number": envelope["number"], "reason": "no line",
             "arm": arm_of(trial, envelope), "at": str(trial.clock.now)}  # fmt: skip
    return trial.do(by, "randomize by envelope", subject=subject, **{**asked, **given})


def refused(trial, *args, **given):
    before = trial.audit_rows()
    with pytest.raises(RefusedError) as found:
        opened(trial, *args, **given)
    assert trial.audit_rows() == before
    return found.value.reasons


def test_what_is_set_aside_is_served_to_nobody_else(trial):
    first = trial.randomized("B", SEX="F", REGION="north")
    sealed(trial)
    later = trial.randomized("A", SEX="F", REGION="north")
    slots = {one["subject"]: one["slot"] for one in trial.rows("allocation")}
    aside = [one["slot"] for one in envelopes(trial, "F", "north")]
    assert (slots[first], aside, slots[later]) == (1, [2, 3, 4], 5)


def test_an_envelope_is_entered_with_its_own_time_and_what_was_skipped(trial):
    sealed(trial)
    one, two, _ = envelopes(trial, "F", "north")
    subject = trial.screened("A", SEX="F", REGION="north")
    at = trial.clock.now
    trial.clock.now += dt.timedelta(days=3)
    answer = opened(trial, subject, two, at=str(at))
    number = one["number"]
    expected = [f"the envelope {number} of the same stratum is sealed still"]
    assert (answer["departures"], answer["arm"]) == (expected, arm_of(trial, two))
    row = trial.rows("subject", id=subject)[0]
    assert (row["state"], row["randomized"]) == ("randomized", answer["opened"])
    assert row["randomized"][:10] == str(at.date()) != trial.rows("allocation")[0]["at"][:10]
    assert [d["text"] for d in trial.rows("deviation")] == expected
    other = trial.screened("A", SEX="F", REGION="north")
    assert opened(trial, other, one)["departures"] == []
    with trial.store.reading() as unit:
        assert out_of_order(unit) == [f"{other}: its slot was used after a later one"]
        assert replayed(unit, trial.bus.lists.secret) == (2, [], True)
        assert audited(unit.connection).faults == ()


def test_what_has_happened_is_entered_though_it_should_not_have(trial):
    sealed(trial)
    envelope = envelopes(trial, "F", "north")[0]
    subject = trial.screened("A", SEX="M", REGION="south")
    trial.do("dsmb", "pause", reason="safety")
    answer = opened(trial, subject, envelope)
    assert answer["departures"] == [
        "the trial is paused: safety",
        "the envelope is of another stratum",
    ]
    notes = {one["kind"]: one["stratum"] for one in trial.rows("allocation_note")}
    assert notes == {"envelope": None, "wrong stratum": '["M","south"]'}
    assert trial.rows("allocation")[0]["stratum"] == '["F","north"]'


def test_what_cannot_be_is_refused(trial):
    batch = sealed(trial)
    one, two, _ = envelopes(trial, "F", "north")
    subject = trial.screened("A", SEX="F", REGION="north")
    wrong = {"a": "b", "b": "a"}[arm_of(trial, one)]
    said = f"the envelope {one['number']} of {batch}"
    assert refused(trial, subject, one, arm=wrong) == (f"{said} does not hold the arm {wrong}",)
    late = refused(trial, subject, one, at="2031-01-01T00:00:00Z")
    early = refused(trial, subject, one, at="2020-01-01T00:00:00Z")
    assert all("expected since it was sealed" in reason for reason in (*late, *early))
    opened(trial, subject, one)
    assert refused(trial, subject, two) == (f"{subject} is randomized",)
    other = trial.screened("A", SEX="F", REGION="north")
    assert refused(trial, other, one) == (f"{said} is opened",)
    far = trial.screened("B", SEX="F", REGION="north")
    assert refused(trial, far, two) == (f"B has no envelope {two['number']} of {batch}",)
    with pytest.raises(RefusedError, match="a reason must be given"):
        opened(trial, other, two, reason="")


def test_what_comes_back_is_served_first(trial):
    batch = sealed(trial)
    one, *others = envelopes(trial, "F", "north")
    opened(trial, trial.screened("A", SEX="F", REGION="north"), one)
    trial.randomized("B", SEX="F", REGION="north")
    trial.do("uma", "return envelopes", site="A", batch=batch, reason="the line is back")
    subjects = [trial.randomized("AB"[n % 2], SEX="F", REGION="north") for n in range(3)]
    slots = {row["subject"]: row["slot"] for row in trial.rows("allocation")}
    assert [slots[one] for one in subjects] == [2, 3, 5]
    assert [row["state"] for row in envelopes(trial, "F", "north")] == [
        "opened",
        "served",
        "served",
    ]
    with trial.store.reading() as unit:
        assert out_of_order(unit) == [
            f"{one}: its slot was used after a later one" for one in subjects[:2]
        ]
        assert replayed(unit, trial.bus.lists.secret) == (5, [], True)
    with pytest.raises(RefusedError, match=f"A has no sealed envelope of {batch}"):
        trial.do("uma", "return envelopes", site="A", batch=batch, reason="again")
    with pytest.raises(RefusedError, match="is served"):
        opened(trial, trial.screened("A", SEX="F", REGION="north"), others[0])


def test_of_a_masked_trial_the_pharmacist_alone_enters_an_arm(tmp_path):
    trial = live(SQLITE, tmp_path / "t", protocol=small(40, masking="double blind"))
    sealed(trial)
    envelope = envelopes(trial, "F", "north")[0]
    subject = trial.screened("A", SEX="F", REGION="north")
    assert refused(trial, subject, envelope) == ("carl may not do this at A",)
    assert "arm" not in opened(trial, subject, envelope, by="phil")


def test_what_cannot_be_set_aside(tmp_path):
    method = "method: minimization, minimization: {probability: 80%}"
    trial = live(SQLITE, tmp_path / "m", protocol=small(40, method=method))
    said = "arms are minimized over all who came before: there is no slot to set aside"
    with pytest.raises(RefusedError, match=said):
        sealed(trial)
    trial = live(SQLITE, tmp_path / "t", protocol=small(40))
    with pytest.raises(RefusedError, match="carl may not do this"):
        trial.do("carl", "seal envelopes", site="A")
    trial.do("adam", "set site", site="A", to="paused", reason="audit")
    with pytest.raises(RefusedError, match="the site is paused"):
        sealed(trial)
    for _ in range(6):
        trial.do("uma", "seal envelopes", site="B", slots=50)
    with pytest.raises(RefusedError) as found:
        trial.do("uma", "seal envelopes", site="B", slots=1)
    assert found.value.reasons[0] == 'the list of ["F","north"] has 0 slots left'
    without = Bus(trial.store, trial.bus.protocol)
    with pytest.raises(RefusedError, match="the key of the list is not at hand"):
        without.send(EVERY_COMMAND["seal envelopes"](site="B"), by="uma", key="x")
