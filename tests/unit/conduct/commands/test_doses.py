"""A dose from its check to its minute, and what each state refuses."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.conduct.commands.doses.decay import decayed, falls_to
from equipoise.conduct.commands.model import RefusedError
from equipoise.protocol.model import altered
from support.conducted import live, plain_netter
from support.stores import SQLITE
from support.virtual import netter
from unit.conduct.commands.test_nulls import WELL, treated

DRUG = "177Lu-Dotatate"
HALF_LIFE = 6.647
EIGHT = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


def refused(trial, by, name, **given):
    before = trial.audit_rows()
    with pytest.raises(RefusedError) as found:
        trial.do(by, name, **given)
    assert trial.audit_rows() == before
    return found.value.reasons


def masked():
    """NETTER-1 with the plain forms, as if nobody were to know who gets what."""
    protocol = plain_netter()
    changed = protocol.trial.model_copy(update={"masking": "double blind"})
    return altered(protocol, trial=changed)


def measured(trial, subject, on, *, title=None, **changed):
    """A laboratory on a day: well, but for what is changed."""
    visit = {"subject": subject, "key": "survival sweep", "on": str(on), "title": title}
    at = trial.do("carl", "open visit", **visit)["visit"]
    rows = [
        {"code": code, "test": code, "value": changed.get(code, value), "unit": unit, "lower": low,
         "upper": 500}
        for code, value, unit, low in WELL
    ]  # fmt: skip
    trial.do("carl", "submit form", subject=subject, key="laboratory", visit=at, rows=rows)


def to_day(trial, days):
    """The morning of so many days after the start."""
    day = EIGHT.date() + dt.timedelta(days=days)
    trial.clock.to(day)
    return day


def received(trial, subject, on, *, activity=7.6):
    """A dose at the site, with its calibration an hour before now."""
    said = trial.do("carl", "check dose", subject=subject, drug=DRUG, on=str(on))
    assert said["state"] == "checked", said
    trial.do("carl", "order dose", dose=said["dose"])
    at = dt.datetime.combine(on, EIGHT.timetz())
    trial.do("phil", "calibrate dose", dose=said["dose"], activity=activity, unit="GBq", at=at)
    trial.do("phil", "receive dose", dose=said["dose"], at=at)
    return said["dose"], at


@pytest.mark.parametrize(("minutes", "left"), [
    (0, 7.6), (220, 7.4799), (-220, 7.7220), (1440, 6.8474), (9572, 3.7999),
])  # fmt: skip
def test_decay_worked_by_hand(minutes, left):
    """7.6 GBq x 0.5^(minutes / 9571.68)."""
    at = EIGHT + dt.timedelta(minutes=minutes)
    assert decayed(7.6, calibrated=EIGHT, at=at, half_life_days=HALF_LIFE) == left


@pytest.mark.parametrize("least", [6.66, 7.0, 8.14])
def test_when_an_activity_falls_to_an_amount_is_told_to_the_minute(least):
    said = {"calibrated": EIGHT, "half_life_days": HALF_LIFE}
    at = falls_to(least, 7.6, **said)
    assert decayed(7.6, at=at + dt.timedelta(minutes=1), **said) < least
    assert decayed(7.6, at=at, **said) >= least


def test_decay_is_told_to_the_minute():
    at = EIGHT + dt.timedelta(seconds=89)
    one = EIGHT + dt.timedelta(minutes=1)
    said = {"calibrated": EIGHT, "half_life_days": 0.01}
    assert decayed(1.0, at=at, **said) == decayed(1.0, at=one, **said) < 1.0


def test_a_dose_goes_through_its_states_in_order(trial):
    subject = treated(trial)
    day = trial.clock.now.date()
    dose = {"subject": subject, "drug": DRUG, "on": str(day)}
    first = trial.do("carl", "check dose", **dose)
    assert first["state"] == "planned"
    assert first["rule"].startswith("not known: ")
    reasons = refused(trial, "carl", "order dose", dose=first["dose"])
    assert reasons == (f"{first['dose']} is planned, not checked",)
    measured(trial, subject, day)
    assert trial.do("carl", "check dose", **dose)["state"] == "checked"
    told = trial.do("carl", "order dose", dose=first["dose"])
    assert told["amount"] == "7.4 GBq"
    assert refused(trial, "phil", "receive dose", dose=first["dose"], at=EIGHT) == (
        f"{first['dose']} is ordered, not calibrated",
    )
    assert f"{first['dose']} is ordered, not received" in refused(
        trial, "phil", "give dose", amount=7.4, unit="GBq", **dose
    )
    wrong = {"dose": first["dose"], "activity": -1, "unit": "mg", "at": dt.datetime(2026, 1, 5)}
    assert refused(trial, "phil", "calibrate dose", **wrong) == (
        "the time has no time zone", "the activity is -1", "the activity is in mg; expected GBq",
    )  # fmt: skip
    trial.do("phil", "calibrate dose", **{**wrong, "activity": 7600, "unit": "MBq", "at": EIGHT})
    came = trial.do("phil", "receive dose", dose=first["dose"], at=EIGHT + dt.timedelta(minutes=60))
    assert came["activity"] == "7.567 GBq"
    assert refused(trial, "phil", "give dose", amount=7.4, unit="GBq", **dose) == (
        "the amount follows from the activity; it is not given beside it",
        "the activity decays; the time of infusion is not given",
    )
    at = EIGHT + dt.timedelta(minutes=50)
    given = trial.do("phil", "give dose", at=at, residual=0.05, **dose)
    assert given["amount"] == "7.5225 GBq"  # 7.5725 left after 50 minutes
    (row,) = trial.rows("dose", subject=subject)
    assert (row["state"], row["level"], row["amount"]) == ("given", "7.4", "7.5225")
    assert trial.rows("deviation") == []
    assert trial.do("phil", "sign dose", dose=first["dose"])["name"] == "Phil"
    assert refused(trial, "phil", "sign dose", dose=first["dose"])[0].startswith("phil has signed")


def test_an_activity_far_from_the_dose_needs_a_reason(trial):
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    _, at = received(trial, subject, day, activity=6.2)
    dose = {"subject": subject, "drug": DRUG, "on": str(day), "at": at}
    (reason,) = refused(trial, "phil", "give dose", **dose)
    assert reason == "the rule gives 7.4 GBq, -16% off; against the rule only with a reason"
    trial.do("phil", "give dose", reason="delivery late, agreed", **dose)
    (row,) = trial.rows("dose", subject=subject)
    assert (row["state"], row["level"]) == ("reduced", "6.2")
    (deviation,) = trial.rows("deviation")
    assert "delivery late, agreed" in deviation["text"]


def pharmacy(trial, **said):
    """The trial with another pharmacy of its drug."""
    plan = trial.bus.protocol.conduct
    (one,) = plan.radiopharmacy
    other = plan.model_copy(update={"radiopharmacy": (one.model_copy(update=said),)})
    return altered(trial.bus.protocol, conduct=other)


def test_an_activity_that_was_kept_too_long_needs_a_reason(trial):
    """`usable for: 72 hours after calibration`: 3 days and an hour after it, no more."""
    subject = treated(trial)
    measured(trial, subject, EIGHT.date())
    _, at = received(trial, subject, EIGHT.date(), activity=10.3)
    on = to_day(trial, 3)
    late = {"subject": subject, "drug": DRUG, "on": str(on)}
    trial.clock.now = at + dt.timedelta(hours=80)
    in_time = {**late, "at": at + dt.timedelta(hours=72)}
    too_late = {**late, "at": at + dt.timedelta(hours=73)}
    (why,) = refused(trial, "phil", "give dose", **too_late)
    assert why == ("it could be used for 72 hours after its calibration; "
                   "against the rule only with a reason")  # fmt: skip
    trial.do("phil", "give dose", **in_time)
    assert trial.rows("deviation") == []


def test_near_is_what_the_protocol_accepts(tmp_path):
    """`accept: 7.4 GBq within 10%` takes 6.9 GBq; within 5% it does not."""
    from equipoise.units import parse_accepted

    for within, needs in (("10%", False), ("5%", True)):
        folder = tmp_path / within
        first = live(SQLITE, folder)
        accept = parse_accepted(f"7.4 GBq within {within}")
        trial = live(SQLITE, folder / "own", protocol=pharmacy(first, accept=accept))
        first.store.engine.dispose()
        subject = treated(trial)
        measured(trial, subject, EIGHT.date())
        _, at = received(trial, subject, EIGHT.date(), activity=6.9)
        given = {"subject": subject, "drug": DRUG, "on": str(EIGHT.date()), "at": at}
        if needs:
            assert "the rule gives 7.4 GBq" in refused(trial, "phil", "give dose", **given)[0]
        else:
            trial.do("phil", "give dose", **given)
        trial.store.engine.dispose()


def test_a_dose_that_is_ordered_late_says_so(trial):
    """`order before: 14 days`: the first dose is ordered on its day."""
    subject = treated(trial)
    measured(trial, subject, EIGHT.date())
    said = trial.do("carl", "check dose", subject=subject, drug=DRUG, on=str(EIGHT.date()))
    told = trial.do("carl", "order dose", dose=said["dose"])
    assert told["note"] == "ordered 0 days before; the protocol orders 14 days before"


def test_near_the_full_dose_is_the_full_dose_for_the_rules(trial):
    """7.1 GBq measured is 7.4 GBq given: toxicity afterwards reduces, it does not stop."""
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    _, at = received(trial, subject, day, activity=7.1)
    trial.do("phil", "give dose", subject=subject, drug=DRUG, on=str(day), at=at)
    late = to_day(trial, 56)
    measured(trial, subject, late, title="week 8", PLAT=62)
    held = trial.do("carl", "check dose", subject=subject, drug=DRUG, on=str(late))
    assert held["state"] == "held"
    assert held["rule"].endswith("resume at grade 1 with 3.7 GBq")
    again = to_day(trial, 63)
    measured(trial, subject, again, title="week 9", PLAT=90)
    dose, at = received(trial, subject, again, activity=3.7)
    trial.do("phil", "give dose", subject=subject, drug=DRUG, on=str(again), at=at)
    states = [(row["state"], row["level"]) for row in trial.rows("dose", subject=subject)]
    assert states == [("given", "7.4"), ("held", None), ("reduced", "3.7")]
    assert trial.rows("dose", id=dose)[0]["n"] == 2


def test_a_dose_that_is_left_out_is_a_deviation_and_moves_the_next(trial):
    subject, drug = trial.randomized(), "octreotide LAR"
    arm = trial.rows("allocation", subject=subject)[0]["arm"]
    first = next(one for one in netter().arms[arm].give if one.drug == drug)
    start = 0 if first.start is None else first.start.whole_days
    early = {"subject": subject, "drug": drug, "on": str(to_day(trial, 0)), "reason": "travels"}
    if start:
        assert "it cannot be left out" in refused(trial, "carl", "skip dose", **early)[0]
    day = to_day(trial, start)
    trial.do("carl", "skip dose", **{**early, "on": str(day)})
    (deviation,) = trial.rows("deviation")
    assert deviation["text"] == f"{drug} left out: travels"
    later = to_day(trial, start + first.every.whole_days)
    dose = {"subject": subject, "drug": drug, "amount": float(first.dose.value), "unit": "mg"}
    trial.do("carl", "give dose", on=str(later), **dose)
    skipped, given = trial.rows("dose", subject=subject)
    assert (skipped["state"], skipped["planned"]) == ("skipped", str(day))
    assert given["planned"] == str(later)


def test_a_stopped_drug_is_neither_checked_held_nor_given(trial):
    subject, day = treated(trial), str(trial.clock.now.date())
    dose = {"subject": subject, "drug": DRUG, "on": day}
    trial.do("iris", "stop drug", reason="renal failure", **dose)
    for name in ("check dose", "hold dose", "skip dose", "stop drug"):
        reasons = refused(trial, "iris", name, reason="x", **dose)
        assert f"{DRUG} was stopped: renal failure" in reasons


def test_in_a_masked_trial_doses_are_the_pharmacists(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=masked())
    subject = trial.randomized()
    dose = {"subject": subject, "drug": DRUG, "on": str(trial.clock.now.date())}
    for person in ("carl", "iris"):
        assert refused(trial, person, "check dose", **dose) == (f"{person} may not do this at A",)
    for drug in (DRUG, "octreotide LAR"):
        trial.do("phil", "check dose", **{**dose, "drug": drug}) if _gets(trial, drug) else None


def _gets(trial, drug):
    arm = trial.rows("allocation")[0]["arm"]
    return any(one.drug == drug for one in netter().arms[arm].give)


def test_a_kit_is_kept_for_one_subject_and_used_once(trial):
    kit = {"drug": "octreotide LAR", "lot": "L1"}
    refusal = refused(trial, "spike", "release kit", kit="K1", **{**kit, "drug": "aspirin"})
    assert refusal == (
        "no arm gets aspirin; expected 177Lu-Dotatate, octreotide LAR",
        "when the kit expires is not said",
    )
    subject = trial.screened()
    for number, last in (("K1", "2026-12-31"), ("K2", "2026-12-31"), ("K3", "2026-01-05")):
        trial.do("spike", "release kit", kit=number, expires=last, **kit)
    no_kit = ("the site has no kit at hand of what its subjects may get",)
    assert refused(trial, "carl", "randomize", subject=subject) == no_kit
    trial.do("phil", "receive kit", kit="K1", site="A")
    trial.do("phil", "receive kit", kit="K2", site="B")
    trial.do("phil", "receive kit", kit="K3", site="A")
    trial.do("carl", "randomize", subject=subject)
    assert refused(trial, "phil", "receive kit", kit="K1", site="A") == (
        "K1 is received, not released",
    )
    assert refused(trial, "phil", "assign kit", kit="K2", subject=subject) == (
        "K2 is at another site",
    )
    trial.do("phil", "assign kit", kit="K1", subject=subject)
    assert refused(trial, "phil", "assign kit", kit="K1", subject=subject) == (
        "K1 is assigned, not received",
    )
    day = to_day(trial, 2)
    assert refused(trial, "phil", "assign kit", kit="K3", subject=subject) == (
        "K3 has expired on 2026-01-05",
    )
    dose = {"subject": subject, "drug": "octreotide LAR", "amount": 30, "unit": "mg",
            "on": str(day)}  # fmt: skip
    assert refused(trial, "phil", "give dose", **dose) == (
        "octreotide LAR comes in kits; the kit is not named",
    )
    assert refused(trial, "phil", "give dose", kit="K3", **dose) == (
        f"K3 is not assigned to {subject}",
    )
    trial.do("phil", "give dose", kit="K1", **dose)
    assert trial.rows("kit", id="K1")[0]["state"] == "used"
    assert refused(trial, "phil", "quarantine kit", kit="K1", reason="x") == ("K1 is used",)
    trial.do("phil", "quarantine kit", kit="K2", reason="warm")
    assert refused(trial, "spike", "release kit", kit="K2") == ("a reason must be given",)
    assert trial.do("spike", "release kit", kit="K2", reason="well")["state"] == "received"


def test_the_audit_of_a_masked_trial_tells_no_kits_drug(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=masked())
    kit = {"kit": "K1", "drug": "octreotide LAR", "lot": "L1", "expires": "2026-12-31"}
    (reason,) = refused(trial, "spike", "release kit", **kit)
    assert reason == "the sponsor does not know what a kit of a masked trial holds"
    trial.do("uma", "release kit", **kit)
    bodies = [one["body"] for one in trial.rows("audit") if '"kit"' in one["body"]]
    assert bodies
    assert not any("octreotide" in body for body in bodies)
