"""A dose from its order to its infusion and kits, through the page of the pharmacy alone."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from support.conducted import live
from support.served import Site, problems
from support.stores import SQLITE
from unit.conduct.commands.test_doses import DRUG, EIGHT, masked, measured
from unit.conduct.commands.test_nulls import treated


@pytest.fixture
def site(tmp_path):
    trial = live(SQLITE, tmp_path)
    yield Site(trial)
    trial.store.engine.dispose()


def words(answer):
    """The page as it is read."""
    text = re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def ordered(site):
    """Somebody whose first dose is checked and ordered through the page."""
    trial = site.trial
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    carl = site.as_("carl")
    assert f"{subject} {DRUG}, dose 1" in words(carl.get("/pharmacy"))
    given = {"subject": subject, "drug": DRUG, "on": str(day)}
    assert carl.post("/pharmacy/check", **given).status_code == 303
    (row,) = trial.rows("dose", subject=subject)
    assert carl.post(f"/pharmacy/{row['id']}/order").status_code == 303
    return subject, row["id"]


def test_a_dose_is_ordered_calibrated_received_and_given_to_the_minute(site):
    subject, dose = ordered(site)
    phil, carl = site.as_("phil"), site.as_("carl")
    said = {"activity": "7.6", "unit": "GBq", "at": "2026-01-05T08:00"}
    assert carl.post(f"/pharmacy/{dose}/calibrate", **said).status_code == 404
    assert phil.post(f"/pharmacy/{dose}/calibrate", **said).status_code == 303
    site.trial.clock.now = EIGHT + dt.timedelta(minutes=220)
    phil = site.as_("phil")
    shown = words(phil.get("/pharmacy?at=2026-01-06T08:00"))
    assert "At 11:40 you have 7.48 GBq" in shown  # 7.6 x 0.5^(220 / 9571.68) = 7.4799
    assert "at 08:00 on 06 Jan 6.85 GBq" in shown  # a day after calibration 6.8474
    assert "Enough for 7.4 GBq until 14:23 on 06 Jan" in shown  # 6.66 GBq are left by then
    assert "Usable until 08:00 on 08 Jan" in shown  # 72 hours after calibration
    assert phil.post(f"/pharmacy/{dose}/receive", at="2026-01-05T11:30").status_code == 303
    given = {"at": "2026-01-05T11:40", "residual": "0.05"}
    assert phil.post(f"/pharmacy/{dose}/give", **given).status_code == 303
    (row,) = site.trial.rows("dose", subject=subject)
    assert (row["state"], row["amount"], row["level"]) == ("given", "7.4299", "7.4")
    assert row["given_at"] == "2026-01-05T11:40:00.000000Z"
    assert dose not in phil.get("/pharmacy").text
    assert site.verify().faults == ()


def test_a_dose_that_somebody_held_says_so_until_it_is_given(site):
    trial = site.trial
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    page = site.as_("carl")
    assert "Held on" not in words(page.get(f"/subjects/{subject}"))
    trial.do("carl", "hold dose", subject=subject, drug=DRUG, on=str(day), reason="fever")
    said = words(page.get(f"/subjects/{subject}")).split("Course")[0]
    assert re.search(r"give 7.4 GBq Held on \d+ Jan 2026: fever", said)
    trial.do("carl", "give dose", subject=subject, drug=DRUG, amount=7.4, unit="GBq", on=str(day))
    assert "fever" not in words(page.get(f"/subjects/{subject}")).split("Course")[0]


def test_what_is_too_weak_or_too_old_is_told(site):
    _, dose = ordered(site)
    phil = site.as_("phil")
    said = {"activity": "6.5", "unit": "GBq", "at": "2026-01-05T08:00"}
    phil.post(f"/pharmacy/{dose}/calibrate", **said)
    site.trial.clock.now = EIGHT + dt.timedelta(hours=1)
    shown = words(phil.get("/pharmacy"))
    assert "less than is accepted" in shown  # 7.4 GBq within 10% is 6.66 or more
    assert "too old" not in shown
    site.trial.clock.now = EIGHT + dt.timedelta(hours=73)
    phil = site.as_("phil")
    assert "too old" in words(phil.get("/pharmacy"))


def test_what_is_typed_wrong_is_told_and_nothing_is_written(site):
    _, dose = ordered(site)
    phil, before = site.as_("phil"), site.trial.audit_rows()
    answer = phil.post(f"/pharmacy/{dose}/calibrate", activity="7.6", unit="GBq", at="noon")
    assert (answer.status_code, problems(answer)) == (409, ["when it was measured is not told"])
    answer = phil.post(f"/pharmacy/{dose}/calibrate", activity="7.6", unit="mg", at="2026-01-05T08")
    assert problems(answer) == ["the activity is in mg; expected GBq"]
    assert phil.post("/pharmacy/A-001/D00099/order").status_code == 404
    assert phil.post(f"/pharmacy/{dose}/burn").status_code == 404
    assert site.trial.audit_rows() == before


def test_kits_go_from_release_to_the_subject_by_site_and_expiry(site):
    trial = site.trial
    subject = treated(trial)
    uma, phil, spike = (site.as_(one) for one in ("uma", "phil", "spike"))
    for kit, expires in (("K-2", "2026-03-01"), ("K-1", "2027-01-31"), ("K-3", "2026-01-20")):
        made = {"kit": kit, "drug": DRUG, "lot": "L7", "expires": expires}
        assert uma.post("/pharmacy/kits/release", **made).status_code == 303
        assert phil.post("/pharmacy/kits/receive", kit=kit, site="A").status_code == 303
    assert phil.post("/pharmacy/kits/assign", kit="K-2", subject=subject).status_code == 303
    shown = words(phil.get("/pharmacy"))
    assert shown.index("K-3 A 20 Jan 2026") < shown.index("K-2 A 1 Mar 2026") < shown.index("K-1 A")
    assert f"K-2 A 1 Mar 2026 assigned {DRUG} L7 {subject}" in shown
    assert "15 days" in shown
    seen = words(spike.get("/pharmacy"))
    assert "K-2" in seen
    assert DRUG not in seen
    assert subject not in seen
    assert phil.post("/pharmacy/kits/quarantine", kit="K-1").status_code == 409
    done = phil.post("/pharmacy/kits/quarantine", kit="K-1", reason="came warm")
    assert done.status_code == 303
    assert "in quarantine came warm" in words(phil.get("/pharmacy"))


def test_in_a_masked_trial_the_pharmacist_alone_sees_doses(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=masked())
    site = Site(trial)
    subject, day = treated(trial), trial.clock.now.date()
    measured(trial, subject, day)
    assert DRUG in words(site.as_("phil").get("/pharmacy"))
    for person in ("carl", "iris", "mona", "spike"):
        assert subject not in words(site.as_(person).get("/pharmacy")), person
    given = {"subject": subject, "drug": DRUG, "on": str(day)}
    assert site.as_("carl").post("/pharmacy/check", **given).status_code == 404
    trial.store.engine.dispose()
