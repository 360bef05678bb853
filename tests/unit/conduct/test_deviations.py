"""One planted deviation of each kind, and nothing else."""

import datetime as dt
import json

import polars as pl
import pytest

from equipoise.conduct.deviations import DOSE, DRUG, ELIGIBILITY, VISIT, deviations
from equipoise.conduct.record import record
from equipoise.meaning.check import read_text
from support.street import plan
from support.virtual import virtual_record

ENTRY = dt.date(2030, 1, 1)
GIVE = {"drug": "drug", "dose": "10 mg", "route": "IV", "every": "4 weeks", "window": "3 days"}


def day(number):
    return ENTRY + dt.timedelta(days=number - 1)


def protocol():
    whole = plan()
    whole["arms"]["new"]["give"] = [GIVE]
    whole["arms"]["old"]["give"] = ["placebo 5 mg IV every 4 weeks"]
    return read_text(json.dumps(whole))


def visits(*held):
    rows = [
        {"subject": "1", "key": "scan", "visit": f"Scan {n}", "number": float(n), "date": day(on),
         "planned": day(due), "epoch": "treatment"}
        for n, due, on in held
    ]  # fmt: skip
    return pl.DataFrame(rows)


def doses(*given):
    rows = [
        {"subject": "1", "drug": drug, "dose": 10.0, "unit": "mg", "route": "IV", "date": day(on),
         "last": day(on), "planned": day(due), "reason": reason}
        for drug, due, on, reason in given
    ]  # fmt: skip
    return pl.DataFrame(rows)


def found(**tables):
    subject = {"subject": "1", "site": "001", "country": "", "consented": day(-9), "arm": "new",
               "randomized": ENTRY, "died": None, "ended": day(900)}  # fmt: skip
    whole = {"subjects": pl.DataFrame([subject]), **tables}
    table = deviations(record(protocol(), whole))
    return [(r["category"], r["text"], r["date"]) for r in table.iter_rows(named=True)]


GOOD = ((1, 85, 80), (2, 169, 176), (3, 253, 253))


def test_a_trial_by_the_protocol_has_none():
    assert found(visits=visits(*GOOD), doses=doses(("drug", 1, 1, ""), ("drug", 29, 32, ""))) == []


def test_a_visit_outside_its_window():
    off = visits((1, 85, 77), *GOOD[1:])
    assert found(visits=off) == [(VISIT, "Scan 1 held -8 days off its planned day", day(77))]


def test_a_visit_left_out_between_two():
    gap = visits(GOOD[0], GOOD[2])
    assert found(visits=gap) == [(VISIT, "1 of scan left out before Scan 3", day(253))]


def test_a_dose_outside_its_window_unless_a_rule_delayed_it():
    late = doses(("drug", 29, 33, ""))
    assert found(doses=late) == [(DOSE, "drug given 4 days off its planned day", day(33))]
    assert found(doses=doses(("drug", 29, 40, "platelets grade >= 2"))) == []


def test_a_drug_of_another_arm():
    assert found(doses=doses(("placebo", 1, 1, ""))) == [
        (DRUG, "placebo given, which the arm does not get", day(1))
    ]


def test_a_patient_randomized_against_a_criterion():
    row = {"subject": "1", "criterion": "E1", "category": "EXCLUSION", "text": "t", "date": day(1)}
    assert found(exceptions=pl.DataFrame([row])) == [
        (ELIGIBILITY, "randomized against criterion E1", day(1))
    ]


@pytest.mark.parametrize("seed", [1])
def test_virtual_patients_depart_by_missed_visits_only(seed):
    assert set(deviations(virtual_record(seed))["category"]) <= {VISIT}
