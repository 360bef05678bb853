"""Exposure, harms and laboratory grades of a few patients, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl
import pytest

from equipoise.adam.study import Study
from equipoise.analysis.results import ROW_SCHEMA, frame
from equipoise.analysis.safety.exposure import _reasons, exposure
from equipoise.analysis.safety.overview import harms_overview
from equipoise.analysis.safety.shifts import shifts
from equipoise.calendar import DAYS_PER_YEAR
from equipoise.protocol.model import altered
from support.street import day, derived, person, pilot_results, protocol, randomized, sdtm
from support.virtual import netter, virtual_sdtm

# Two patients on the new drug, one on the old. Doses of 10 mg every 4 weeks.
#   n1: days 1, 29 (5 mg, toxicity); dies on day 40     n2: day 1; alive on day 101
#   o1: days 1, 29, 57; alive on day 61
# Events: n1 serious fatigue grade 3 on day 5, and again on day 30, fatal; n2 nausea grade 1;
#   o1 headache that interrupts the drug.
PEOPLE = [
    person("n1", "N", DTHDTC=day(40), DTHFL="Y"),
    person("n2", "N"),
    person("o1", "O"),
]  # fmt: skip
DOSES = [("n1", 1, 10.0, None), ("n1", 29, 5.0, "toxicity"), ("n2", 1, 10.0, None),
         ("o1", 1, 5.0, None), ("o1", 29, 5.0, None), ("o1", 57, 5.0, None)]  # fmt: skip
EVENTS = [
    ("n1", "Fatigue", "3", 5, "Y", "DOSE NOT CHANGED", "RECOVERED/RESOLVED"),
    ("n1", "Fatigue", "5", 30, "Y", "DRUG WITHDRAWN", "FATAL"),
    ("n2", "Nausea", "1", 8, "N", "DOSE NOT CHANGED", "RECOVERED/RESOLVED"),
    ("o1", "Headache", "2", 9, "N", "DRUG INTERRUPTED", "RECOVERED/RESOLVED"),
]  # fmt: skip
SEEN = [("n1", 30), ("n2", 101), ("o1", 61)]


@cache
def data(*, twice: bool = False) -> Any:
    ex = [
        {"USUBJID": who, "EXTRT": "drug", "EXDOSE": dose, "EXDOSU": "mg", "EXADJ": why,
         "EXSTDTC": day(on), "EXENDTC": day(on)}
        for who, on, dose, why in DOSES
    ]  # fmt: skip
    ae = [
        {"USUBJID": who, "AETERM": term, "AEDECOD": term, "AEBODSYS": "Class", "AETOXGR": grade,
         "AESTDTC": day(on), "AEENDTC": day(on + 1), "AESER": serious, "AEACN": action,
         "AEOUT": outcome}
        for who, term, grade, on, serious, action, outcome in EVENTS
    ]  # fmt: skip
    sv = [
        {"USUBJID": who, "VISITNUM": 2.0, "VISIT": "visit", "SVSTDTC": day(on)} for who, on in SEEN
    ]
    plan = protocol(safety={"population": "safety"})
    if twice:
        later = "drug 5 mg IV every 8 weeks, from week 20"
        plan = plan.with_("arms.new.give", [*plan.to_dict()["arms"]["new"]["give"], later])
    return derived(sdtm(plan, DM=_people(), DS=[randomized(p["USUBJID"]) for p in PEOPLE],
                        EX=ex, AE=ae, SV=sv))  # fmt: skip


def _people() -> list[dict[str, Any]]:
    return [dict(p) for p in PEOPLE]


def value(rows: pl.DataFrame, statistic: str, **where: str) -> float | None:
    asked = {"term": "", "comparison": "", "group": "", **where, "statistic": statistic}
    found = rows.filter([pl.col(k) == v for k, v in asked.items()])
    assert found.height == 1, (asked, found)
    return found["value"][0]


def test_events_and_patients_by_kind() -> None:
    rows = frame(harms_overview(data()))
    assert rows.schema == ROW_SCHEMA
    by_hand = {
        "any": ((2, 3), (1, 1)),
        "grade 3 or higher": ((1, 2), (0, 0)),
        "serious": ((1, 2), (0, 0)),
        "leading to a change of dose": ((0, 0), (1, 1)),
        "leading to stop of treatment": ((1, 1), (0, 0)),
        "leading to death": ((1, 1), (0, 0)),
    }
    assert list(rows["term"].unique(maintain_order=True)) == ["", *by_hand]
    for kind, arms in by_hand.items():
        for arm, (patients, events) in zip(("new", "old"), arms):
            assert value(rows, "patients", group=arm, term=kind) == patients
            assert value(rows, "events", group=arm, term=kind) == events


def test_time_at_risk_ends_with_death_or_the_last_sign_of_life() -> None:
    """New: 40 days and 101 days; old: 61 days."""
    rows = frame(harms_overview(data()))
    assert value(rows, "patient-years", group="new") == pytest.approx(141 / DAYS_PER_YEAR)
    assert value(rows, "patient-years", group="old") == pytest.approx(61 / DAYS_PER_YEAR)
    rate = value(rows, "events per 100 patient-years", group="new", term="any")
    assert rate == pytest.approx(100 * 3 / (141 / DAYS_PER_YEAR))


def test_a_difference_of_risks_is_experimental_less_control() -> None:
    rows = frame(harms_overview(data()))
    gap = value(rows, "risk difference", comparison="new v old", term="serious")
    assert gap == pytest.approx(0.5)


def test_doses_by_hand() -> None:
    rows = frame(exposure(data()))
    days = "Days from the first dose to the last"
    assert value(rows, "mean", group="new", term=days) == 15.0  # 29 and 1
    assert value(rows, "maximum", group="old", term=days) == 57.0
    given = "drug: Doses given"
    assert value(rows, "mean", group="new", term=given) == 1.5
    assert value(rows, "maximum", group="old", term=given) == 3.0
    reduced = {"group": "new", "term": "drug: A dose reduced"}
    assert value(rows, "changed patients", **reduced) == 1.0
    assert value(rows, "changed proportion", **reduced) == 0.5
    assert value(rows, "changed patients", group="new", term="drug: A dose adjusted: toxicity") == 1


def test_a_drug_given_by_two_rules_is_counted_from_its_records() -> None:
    rows = frame(exposure(data(twice=True)))
    assert value(rows, "n", group="new", term="drug: Doses given") == 2
    assert value(rows, "mean", group="new", term="drug: Doses given") == 1.5  # 2 and 1
    assert value(rows, "mean", group="new", term="drug: Cumulative dose, mg") == 12.5  # 15 and 10
    assert value(rows, "mean", group="old", term="drug: Cumulative dose, mg") == 15.0


def test_every_drug_of_an_arm_is_told() -> None:
    rows = frame(exposure(Study.of(virtual_sdtm(), netter()).adam("PFS final")))
    told = set(
        rows.filter(pl.col("term").str.ends_with("Doses given")).select("group", "term").rows()
    )
    arms = netter().arms.items()
    assert told == {(key, f"{g.drug}: Doses given") for key, arm in arms for g in arm.give}


def test_worst_grades_add_up_to_the_denominator_and_shifts_to_the_grades() -> None:
    found = Study.of(virtual_sdtm(), netter()).adam("PFS final")
    rows = frame(shifts(found))
    platelets = next(t for t in rows["term"] if t.startswith("Platelets") and t.endswith("low"))
    lb = found.table("ADLB").join(
        found.table("ADSL").filter(pl.col("SAFFL") == "Y").select("USUBJID", "TRT01A"), on="USUBJID"
    )
    for arm in netter().arms:
        n = value(rows, "n", group=arm, term=platelets)
        grades = [
            value(rows, "graded patients", group=arm, term=f"{platelets}: {g}") for g in range(5)
        ]
        assert sum(grades) == n
        own = lb.filter(
            (pl.col("PARAMCD") == "PLAT") & (pl.col("ONTRTFL") == "Y") & (pl.col("TRT01A") == arm)
        )
        worst: dict[str, int] = {}
        for who, grade in own.select("USUBJID", "ATOXGRL").drop_nulls().iter_rows():
            worst[who] = max(worst.get(who, 0), abs(int(grade)))
        assert grades == [sum(w == g for w in worst.values()) for g in range(5)]
        moved = rows.filter(
            (pl.col("statistic") == "shifted patients")
            & (pl.col("group") == arm)
            & pl.col("term").str.starts_with(f"{platelets}: ")
        )
        assert moved["value"].sum() == n


def test_the_pilot_has_the_deaths_of_its_publication() -> None:
    rows = pilot_results().select(analysis="harms", statistic="patients", term="leading to death")
    assert dict(rows.select("group", "value").iter_rows()) == {"placebo": 2, "low": 1, "high": 0}


def test_no_dose_that_could_be_read_has_no_reason():
    made = pl.DataFrame({"USUBJID": ["1"], "PARAMCD": ["NINF"], "AVAL": [0.0], "ARMKEY": ["new"]})
    assert list(_reasons("safety", made)) == []


def test_without_a_safety_population_the_treated_are_meant() -> None:
    plan = data().protocol
    rest = {name: one for name, one in plan.populations.items() if name != "safety"}
    without = replace(data(), protocol=altered(plan, populations=rest))
    rows = frame(exposure(without))
    assert value(rows, "n", group="new") == 2
    assert value(frame(harms_overview(without)), "n", group="old") == 1
