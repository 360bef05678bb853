"""Serious adverse events: assessed on their page, and on paper; drugs for those who may know."""

from __future__ import annotations

import subprocess

import pytest

from support.conducted import live
from support.served import Site, problems
from support.stores import SQLITE
from unit.conduct.commands.test_doses import masked


def reported(trial):
    subject, today = trial.randomized("A"), str(trial.clock.now.date())
    arm = trial.rows("allocation", subject=subject)[0]["arm"]
    drug = trial.bus.protocol.arms[arm].give[0]
    trial.do("phil", "give dose", subject=subject, drug=drug.drug, amount=float(drug.dose.value),
             unit=drug.dose.unit, on=today, reason="as decided")  # fmt: skip
    event = [{"term": "Sepsis", "grade": 4, "start": today, "serious": True}]
    form = trial.do("carl", "submit form", subject=subject, key="adverse event", rows=event)
    at = trial.clock.now
    sae = trial.do("carl", "report SAE", form=form["forms"][0], aware_at=at)["sae"]
    trial.do("iris", "assess SAE", sae=sae, related=True)
    return sae, drug.drug


def words(answer, folder):
    file = folder / "event.pdf"
    file.write_bytes(answer.content)
    made = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True,
                          check=True)  # fmt: skip
    return " ".join(made.stdout.split())


@pytest.mark.parametrize("is_masked", [False, True])
def test_an_event_is_told_and_drugs_to_those_who_may_know_them(tmp_path, is_masked):
    trial = live(SQLITE, tmp_path, protocol=masked() if is_masked else None)
    site = Site(trial)
    sae, drug = reported(trial)
    where = f"/safety/{sae}.pdf"
    carl = site.as_("carl")
    assert where in carl.get("/safety").text
    text = words(carl.get(where), tmp_path)
    assert "Event Sepsis" in text
    assert "Grade 4" in text
    assert "Investigator related" in text
    assert (drug in text) is not is_masked
    assert ("Drugs withheld" in text) is is_masked
    for person in ("phil", "bert", "uma", "adam"):
        assert site.as_(person).get(where).status_code == 404, person
    assert carl.get("/safety/A-001/S99999.pdf").status_code == 404
    trial.store.engine.dispose()


def test_investigator_and_sponsor_assess_an_event_and_the_sponsor_closes_it(tmp_path):
    """The sponsor sees events and no form; what each says is refused from the other."""
    trial = live(SQLITE, tmp_path)
    site = Site(trial)
    sae, drug = reported(trial)
    where, spike, iris = f"/safety/{sae}", site.as_("spike"), site.as_("iris")
    page = spike.get("/safety").text
    assert "Sepsis" in page
    assert "/forms/" not in page
    assert drug not in page
    assert "Drugs withheld" in words(spike.get(f"{where}.pdf"), tmp_path)
    assert site.as_("carl").post(f"{where}/assess", related="yes").status_code == 404
    told = problems(spike.post(f"{where}/assess", expected="no"))
    assert told == ["whether a drug has caused the event is not said"]
    told = problems(spike.post(f"{where}/assess", related="yes"))
    assert told == ["whether the event was expected is not said"]
    assert spike.post(f"{where}/assess", related="yes", expected="no").status_code == 303
    shown = spike.get("/safety").text
    assert "Investigator: related. Sponsor: related, not expected. With the authorities by" in shown
    assert iris.post(f"{where}/close").status_code == 404
    assert "the outcome is not known" in problems(spike.post(f"{where}/close"))
    trial.do("carl", "correct", form=trial.rows("sae")[0]["form"], item="outcome",
             answer="RECOVERED/RESOLVED", reason="has recovered")  # fmt: skip
    assert spike.post(f"{where}/follow-up", text="recovered").status_code == 404
    assert site.as_("carl").post(f"{where}/follow-up", text="recovered").status_code == 303
    assert iris.post(f"{where}/assess", related="yes").status_code == 303
    assert spike.post(f"{where}/assess", related="yes", expected="no").status_code == 303
    assert spike.post(f"{where}/close").status_code == 303
    assert trial.rows("sae")[0]["state"] == "closed"
    trial.store.engine.dispose()
