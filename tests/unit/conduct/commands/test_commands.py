"""What commands do, and what they leave in the audit."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.conduct.store.tables import AUDITED
from equipoise.conduct.store.verify import audited
from support.conducted import KEY, live, small
from support.stores import DATABASES, SQLITE

METHODS = ("blocks: 4", "method: block urn, blocks: 4", "method: complete",
           "method: biased coin, probability: 67%", "method: big stick, limit: 3",
           "method: minimization, minimization: {probability: 80%}")  # fmt: skip


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = live(request.param, tmp_path)
    yield found
    found.store.engine.dispose()


@pytest.fixture
def quick(tmp_path):
    found = live(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


def test_asked_twice_the_answer_is_the_same(trial):
    subject = trial.screened()
    first = trial.do("carl", "randomize", subject=subject, request="click")
    count = trial.audit_rows()
    assert trial.do("carl", "randomize", subject=subject, request="click") == first
    assert trial.audit_rows() == count
    assert trial.do("iris", "randomize", subject=subject) == first  # by another, later
    assert trial.audit_rows() == count
    assert len(trial.rows("allocation")) == 1


@pytest.mark.parametrize("method", METHODS)
def test_every_slot_is_that_of_the_list(method, tmp_path):
    protocol = small(40, method=method)
    trial = live(SQLITE, tmp_path, protocol=protocol)
    for number in range(24):
        said = {"SEX": "FM"[number % 2], "REGION": ("north", "south")[number // 3 % 2]}
        trial.randomized("AB"[number % 2], **said)
    assert replayed(trial) == 24


def replayed(trial):
    """How many allocations the list gives again, in the order of their times."""
    from equipoise.allocation.lists import Allocated

    secret, before, same = trial.bus.lists.secret, [], 0
    for row in sorted(trial.rows("allocation"), key=lambda one: one["at"]):
        stratum = tuple(json.loads(row["stratum"]))
        slot = secret.slot(stratum, before)
        same += (slot.arm, slot.number) == (row["arm"], row["slot"])
        before.append(Allocated(row["subject"], stratum, row["arm"]))
    assert secret.commitment() == trial.rows("list")[0]["commitment"]
    assert KEY.hex() not in str(trial.rows("list"))
    return same


def test_a_masked_trial_tells_no_arm(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(40, masking="double blind"))
    subject = trial.screened()
    assert set(trial.do("carl", "randomize", subject=subject)) == {"subject", "list", "at"}
    with trial.store.reading() as unit:
        said = [one["body"] for one in unit.rows("audit")]
        said += [one["answer"] for one in unit.rows("idempotency")]
    assert not [text for text in said if '"a"' in text or '"b"' in text or "Alpha" in text]
    answer = trial.do("iris", "unblind", subject=subject, reason="surgery, told the surgeon")
    assert answer["arm"] in ("a", "b")
    (note,) = trial.rows("allocation_note")
    assert (note["kind"], note["by"], note["text"]) == (
        "unblinded", "iris", "surgery, told the surgeon",
    )  # fmt: skip


def test_a_site_shows_no_slot(quick):
    quick.randomized()
    bodies = [json.loads(one["body"]) for one in quick.rows("audit", chain="site:A")]
    told = {name for body in bodies for name in body["change"]}
    assert not told & {"slot", "stratum", "drawn", "state_digest", "next", "nonce"}
    (trial_row,) = [
        json.loads(one["body"])
        for one in quick.rows("audit", chain="trial")
        if '"table":"allocation"' in one["body"]
    ]
    assert trial_row["change"]["slot"] == [None, 1]


def test_a_wrong_stratum_is_written_beside(quick):
    subject = quick.randomized()
    before = quick.rows("allocation")
    levels = {"UPTAKE": "grade 4", "SSADUR": "6 months or less"}
    quick.do("carl", "correct stratum", subject=subject, levels=levels, reason="misread scan")
    quick.do("carl", "note allocation error", subject=subject, reason="wrong patient")
    assert quick.rows("allocation") == before
    kinds = [(one["kind"], one["stratum"]) for one in quick.rows("allocation_note")]
    assert kinds == [("wrong stratum", '["grade 4","6 months or less"]'), ("error", None)]


def test_a_change_voids_a_signature_and_both_stay_readable(quick):
    subject = quick.screened()
    form = quick.baseline_form(subject)
    quick.do("carl", "correct", form=form, item="AGE", answer=61, reason="typo")
    (signed,) = quick.rows("signature")
    assert signed["meaning"] == "I have reviewed this and it is correct"
    assert (signed["name"], signed["void_by"]) == ("Iris", "carl")
    assert quick.rows("form", subject=subject, key="baseline")[0]["state"] == "entered"
    again = quick.do("iris", "sign", form=form)
    assert again["digest"] != signed["digest"]
    quick.do("carl", "correct", form=form, item="AGE", answer=60, reason="it was right")
    third = quick.do("iris", "sign", form=form)
    assert third["digest"] == signed["digest"]


def test_the_same_answers_of_two_forms_are_two_digests(quick):
    """What was signed of one subject cannot stand for another's."""
    forms = [quick.baseline_form(quick.screened()) for _ in range(2)]
    one, other = (
        {(row["item"], row["value"]) for row in quick.rows("value", form=f)} for f in forms
    )
    assert one == other
    assert len({quick.rows("signature", object=form)[0]["digest"] for form in forms}) == 2


def test_a_query_is_raised_answered_asked_again_and_closed(quick):
    form = quick.baseline_form(quick.screened())
    query = quick.do("dana", "raise query", form=form, item="AGE", text="60?")["query"]
    quick.do("carl", "answer query", query=query, text="yes")
    assert quick.do("mona", "close query", query=query, again="sure?")["state"] == "reopened"
    quick.do("iris", "answer query", query=query, text="certain")
    assert quick.do("dana", "close query", query=query)["state"] == "closed"
    turns = [(one["kind"], one["by"]) for one in quick.rows("query_turn")]
    assert turns == [("answer", "carl"), ("again", "mona"), ("answer", "iris"), ("close", "dana")]


def test_a_serious_event_has_a_clock(quick):
    subject = quick.randomized()
    rows = [{"term": "Sepsis", "grade": 4, "start": "2026-01-04", "serious": True}]
    event = {"subject": subject, "key": "adverse event", "rows": rows}
    (form,) = quick.do("carl", "submit form", **event)["forms"]
    aware = dt.datetime(2026, 1, 4, 8, tzinfo=dt.UTC)
    said = quick.do("iris", "report SAE", form=form, aware_at=aware)
    assert said == {"sae": "A-001/S00001", "due": "2026-01-05T08:00:00.000000Z", "late": True}


def test_a_dose_that_waits_says_why_and_is_given_only_with_a_reason(tmp_path):
    trial = live(SQLITE, tmp_path)
    subject = next(
        one for one in (trial.randomized() for _ in range(8))
        if trial.rows("allocation", subject=one)[0]["arm"] == "lutate"
    )  # fmt: skip
    visit = {"subject": subject, "key": "infusion", "on": str(trial.clock.now.date())}
    at = trial.do("carl", "open visit", **visit)["visit"]
    tests = {"PLAT": 62, "NEUT": 4.1, "HGB": 131, "CREAT": 80}
    units = {"PLAT": "10^9/L", "NEUT": "10^9/L", "HGB": "g/L", "CREAT": "umol/L"}
    limits = {"PLAT": 150, "NEUT": 1.8, "HGB": 120, "CREAT": 45}
    rows = [{"code": code, "test": code, "value": value, "unit": units[code],
             "lower": limits[code], "upper": 500} for code, value in tests.items()]  # fmt: skip
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=at, rows=rows)
    form = trial.baseline_form(subject)
    trial.do("carl", "correct", form=form, item="WEIGHT", answer=70, reason="left out")
    dose = {"subject": subject, "drug": "177Lu-Dotatate", "amount": 7.4, "unit": "GBq",
            "on": str(trial.clock.now.date())}  # fmt: skip
    (reason,) = refused_open(trial, "phil", "give dose", **dose)
    assert reason.startswith("held: platelets 62, grade 2")
    assert reason.endswith("against the rule only with a reason")
    trial.do("phil", "hold dose", subject=subject, drug="177Lu-Dotatate", on=dose["on"],
             reason="platelets")  # fmt: skip
    trial.do("phil", "give dose", **dose, reason="tumor bleeding, agreed by telephone")
    held, given = trial.rows("dose", subject=subject)
    assert (held["state"], held["decision"]) == ("held", "held")
    assert given["rule"].startswith("held: platelets 62, grade 2")
    (deviation,) = trial.rows("deviation")
    assert "agreed by telephone" in deviation["text"]
    trial.do("iris", "stop drug", subject=subject, drug="177Lu-Dotatate", on=dose["on"],
             reason="toxicity")  # fmt: skip
    assert "177Lu-Dotatate was stopped: toxicity" in refused_open(
        trial, "phil", "give dose", **dose
    )
    assert refused_open(trial, "phil", "randomize", subject=subject)


def refused_open(trial, by, name, **given):
    from equipoise.conduct.commands.model import RefusedError

    before = trial.audit_rows()
    with pytest.raises(RefusedError) as found:
        trial.do(by, name, **given)
    assert trial.audit_rows() == before
    return found.value.reasons


def test_a_cut_is_the_same_for_ever(trial):
    subject = trial.randomized()
    reasons = refused_open(trial, "dana", "cut", cutoff="2026-01-05")
    assert reasons == ("1 forms are not signed; a reason must be given",)
    made = trial.do("dana", "cut", cutoff="2026-01-05", reason="criteria are judged, not signed")
    assert made["gaps"] == ["1 forms are not signed"]
    form = trial.baseline_form(subject)

    def age():
        with trial.store.reading() as unit:
            row = unit.row("freeze", made["cut"])
            known = known_at(unit.connection, heads=json.loads(row["heads"]))
        return recorded(trial.bus.protocol, known).table("subjects")["AGE"].to_list()

    assert age() == [60.0]
    trial.do("carl", "correct", form=form, item="AGE", answer=61, reason="late")
    assert age() == [60.0]
    assert trial.rows("value", form=form, item="AGE")[0]["value"] == "61"


def test_as_known_at_a_moment(quick):
    first = quick.screened()
    at = quick.do("adam", "open account", account="x", person="X") and quick.rows("audit")[-1]["at"]
    quick.screened()
    with quick.store.reading() as unit:
        then = known_at(unit.connection, at=at)
        now = known_at(unit.connection)
    assert [one["id"] for one in then.rows("subject")] == [first]
    assert len(now.rows("subject")) == 2


def everything(trial):
    """Every row of every audited table."""
    with trial.store.reading() as unit:
        return {name: unit.rows(name) for name in AUDITED}


def test_many_commands_are_one_transaction(quick):
    screen = EVERY_COMMAND["screen"].model_validate({"site": "A"})
    before = everything(quick)
    with pytest.raises(Exception, match="there is no site Z"):
        quick.bus.send_all(
            [(screen, "carl", "1"), (EVERY_COMMAND["screen"](site="Z"), "carl", "2")]
        )
    assert everything(quick) == before
    quick.bus.send_all([(screen, "carl", str(n)) for n in range(5)])
    assert len(quick.rows("subject")) == 5
    with quick.store.reading() as unit:
        assert audited(unit.connection).faults == ()
