"""Every virtual dose is the one that the rules give to who knows what was recorded.

The virtual site and the service read one function, `conduct.dosing.held_on_the_way`: what holds a
dose on the day of the plan, or by a finding since, counts though the patient comes later.
"""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from equipoise.conduct import dosing
from equipoise.conduct.chart import Chart, Dose, Result
from equipoise.conduct.clearance import CLEARANCE_NAMES, CLEARANCE_UNIT, clearance_from
from equipoise.conduct.next_dose import advise
from equipoise.simulation.object.run import run
from support.virtual import TRUTH, netter, virtual_record

BODY = ("AGE", "WEIGHT", "SEX")


def departures(record):
    """Doses of the first regimen that has rules which are not as advised: (doses, those)."""
    regimen = record.protocol.arms["lutate"].give[0]
    subjects = record.table("subjects").filter(pl.col("arm") == "lutate")
    doses = parts(record.table("doses").filter(pl.col("drug") == regimen.drug))
    labs, count, differ = parts(record.table("labs")), 0, []
    for one in subjects.iter_rows(named=True):
        found = [result for row in labs[one["subject"]] for result in results(row, one)]
        given = []
        for dose in doses.get(one["subject"], []):
            known = tuple(result for result in found if result.on <= dose["date"])
            said = advise(regimen, Chart(one["randomized"], tuple(given), known, ctcae="4.03"),
                          asked=dose["date"])  # fmt: skip
            count += 1
            if said.state != "give" or float(said.dose.value) != pytest.approx(dose["dose"]):
                differ.append((one["subject"], dose["date"], said.in_words()))
            given.append(Dose(dose["date"], dose["dose"]))
    return count, differ


def parts(table):
    found = {}
    for row in table.sort("date").iter_rows(named=True):
        found.setdefault(row["subject"], []).append(row)
    return found


def results(row, subject):
    yield Result(row["date"], row["code"], row["value"], row["unit"], None, row["lower"],
                 row["upper"])  # fmt: skip
    if row["code"] == "CREAT":
        body = {name: [subject[name]] for name in BODY}
        cleared = clearance_from(np.array([row["value"]]), unit=row["unit"], body=body)
        for name in CLEARANCE_NAMES:
            yield Result(row["date"], name, float(cleared[0]), CLEARANCE_UNIT)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_virtual_dose_is_as_the_service_advises(seed):
    count, differ = departures(virtual_record(seed))
    assert count > 400
    assert differ == []


def test_who_looks_at_the_day_of_the_dose_alone_is_found_out(monkeypatch):
    """Planted: what was known when the dose fell due is forgotten once the patient comes."""
    monkeypatch.setattr(dosing, "held_on_the_way", lambda table, held, recorded, **_: held)
    forgetful = run(netter(), truth=TRUTH, seed=1)
    monkeypatch.undo()
    _, differ = departures(forgetful)
    assert len(differ) == 8
    assert {said for _, _, said in differ} == {"give 3.7 GBq: after platelets grade >= 2"}


def test_toxicity_known_when_the_dose_fell_due_reduces_it_though_the_patient_came_late():
    """By hand: grade 2 in week 6, grade 1 in week 10, as the label's table has it: 3.7 GBq."""
    regimen, start = netter().arms["lutate"].give[0], dt.date(2026, 1, 5)

    def on(days, grade):
        day = start + dt.timedelta(days=days)
        yield Result(day, "creatinine clearance", 90.0, "mL/min")
        for name in ("platelets", "neutrophils", "hemoglobin"):
            yield Result(day, name, grade=grade if name == "platelets" else 0)

    found = (*on(42, 2), *on(70, 1))
    chart = Chart(start, (Dose(start, 7.4),), found, ctcae="4.03")
    said = advise(regimen, chart, asked=start + dt.timedelta(days=70))
    assert (said.state, str(said.dose)) == ("give", "3.7 GBq")
    early = Chart(start, (Dose(start, 7.4),), (*on(42, 2), *on(55, 1)), ctcae="4.03")
    assert str(advise(regimen, early, asked=start + dt.timedelta(days=56)).dose) == "7.4 GBq"
