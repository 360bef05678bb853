"""A laboratory value has one grade: that of LB and ADLB is that of dose rules, checks and pages."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.conduct.chart import Chart, Dose, Result, known_on
from equipoise.conduct.measures import UNGRADED
from equipoise.conduct.next_dose import advise
from equipoise.conduct.toxicity import Grading, baselines, told_grade
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, GRADED_DOWN
from equipoise.protocol.model import altered
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.virtual import TRUTH, netter

START = dt.date(2026, 1, 5)


def by(version):
    protocol = netter()
    return altered(protocol, safety=protocol.safety.model_copy(update={"ctcae": version}))


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_every_value_of_a_virtual_trial_has_the_grade_of_lb_in_every_room(version):
    record = run(by(version), truth=TRUTH, seed=1)
    lb = tabulate(record).tables["LB"].select("USUBJID", "LBTESTCD", "LBDTC", "LBTOXGR")
    told = {row[:3]: row[3] for row in lb.iter_rows()}
    doses = record.table("doses").group_by("subject").agg(pl.col("date").min())
    first, seen = dict(doses.iter_rows()), set()
    kept = record.table("subjects")["subject"].head(60)
    labs = record.table("labs").filter(pl.col("subject").is_in(kept.implode()))
    for (subject,), rows in labs.partition_by("subject", as_dict=True).items():
        found = [
            Result(r["date"], r["code"], r["value"], r["unit"], None, r["lower"], r["upper"])
            for r in rows.iter_rows(named=True)
        ]
        treated = first.get(subject)
        grading = Grading(version, baselines(found, until=treated) if treated else None)
        chart = Chart(START, (), found, ctcae=version, treated=treated)
        known = {day: known_on(chart, day) for day in {one.on for one in found}}
        for one in found:
            expected = told[f"NETTER-1-{subject}", one.name, str(one.on)]
            grade = told_grade(
                one.value, code=one.name, unit=one.unit, lower=one.lower, upper=one.upper,
                grading=grading,
            )  # fmt: skip
            if treated:
                assert grade == (None if expected is None else int(expected)), one
            seen.add(grade)
            if one.name in GRADED_DOWN or not treated or one.on < treated:
                continue
            shown = known[one.on].grade[one.name.lower()][0]
            assert shown == (UNGRADED if grade is None else grade)
    assert seen >= {0, 1, 2, 3}


@pytest.mark.parametrize(("version", "state"), [("4.03", "held"), ("5.0", "held"), ("6.0", "give")])
def test_a_dose_waits_by_the_version_that_the_protocol_names(version, state):
    """By hand: 0.8 x 10^9/L neutrophils are grade 3 by 4.03 and 5.0, grade 2 by 6.0."""
    regimen, due = netter().arms["lutate"].give[0], START + dt.timedelta(days=56)
    well = [("PLAT", 240.0, "10^9/L", 150.0), ("HGB", 131.0, "g/L", 120.0)]
    found = [
        Result(due, name, value, unit, lower=lower)
        for name, value, unit, lower in [*well, ("NEUT", 0.8, "10^9/L", 1.8)]
    ]
    found.append(Result(due, "creatinine clearance", 90.0, "mL/min"))
    chart = Chart(START, (Dose(START, 7.4),), found, ctcae=version)
    assert advise(regimen, chart, asked=due).state == state


def test_creatinine_is_graded_against_its_baseline():
    """By hand: 100 umol/L within the range, from 60 before: more than 1.5 times, grade 2 by 5.0."""
    before, now = START, START + dt.timedelta(days=28)
    found = [Result(day, "CREAT", value, "umol/L", None, 45.0, 104.0)
             for day, value in ((before, 60.0), (now, 100.0))]  # fmt: skip
    known = known_on(Chart(START, (Dose(START, 7.4),), found, ctcae="5.0"), now)
    assert known.grade["creatinine"].tolist() == [2]
    turned = [found[0], Result(now, "CREAT", 1.13, "mg/dL", None, 0.5, 1.2)]
    known = known_on(Chart(START, (Dose(START, 7.4),), turned, ctcae="5.0"), now)
    assert known.grade["creatinine"].tolist() == [2]
