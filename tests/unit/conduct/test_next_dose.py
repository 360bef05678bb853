"""One patient's advice is the decision for many patients."""

import datetime as dt

import numpy as np
import pytest

from equipoise.conduct.chart import Chart, Dose, Result, known_on
from equipoise.conduct.dose_table import dose_table
from equipoise.conduct.dosing import decide
from equipoise.conduct.measures import Measures
from equipoise.conduct.next_dose import advise
from support.dosing import day
from support.virtual import netter

REGIMEN = netter().arms["lutate"].give[0]
NORMAL = {
    "platelets": (240.0, "10^9/L", 150.0),
    "neutrophils": (4.6, "10^9/L", 1.8),
    "hemoglobin": (131.0, "g/L", 120.0),
    "creatinine clearance": (90.0, "mL/min", None),
}


def drawn(rng):
    """A patient measured each week from week 8 on, with some findings lost and some bad."""
    found = []
    for week in range(8, 17):
        for name, (value, unit, lower) in NORMAL.items():
            if rng.random() < 0.06:
                continue
            bad = value * rng.choice([0.2, 0.35, 0.6]) if rng.random() < 0.2 else value
            found.append(Result(day(1 + 7 * week), name, bad, unit, lower=lower))
    last = float(rng.choice([7.4, 7.4, 7.4, 3.7]))
    return Chart(day(1), (Dose(day(1), last),), tuple(found), ctcae="4.03")


@pytest.mark.parametrize("number", range(60))
def test_the_first_day_on_which_it_is_given_is_the_decisions(number):
    chart = drawn(np.random.default_rng(number))

    def look(at) -> Measures:
        return known_on(chart, dt.date(2023, 12, 31) + dt.timedelta(days=int(at[0])))

    last = np.array([chart.given[0].amount])
    done = decide(
        dose_table(REGIMEN),
        due=np.array([57]),
        last_day=np.array([1]),
        last_dose=last,
        least_dose=last,
        look=look,
    )
    said = None
    for week in range(8, 17):
        said = advise(REGIMEN, chart, asked=day(1 + 7 * week))
        if said.state in ("give", "stopped"):
            break
    assert said is not None
    assert (said.state == "give") == bool(done.is_given[0])
    if said.state == "give":
        assert said.on == day(int(done.day[0]))
        assert float(said.dose.value) == done.dose[0]


def test_the_answer_for_the_person_who_doses():
    low = [Result(day(57), n, v, u, lower=lo) for n, (v, u, lo) in NORMAL.items()]
    low[0] = low[0]._replace(value=62.0)
    chart = Chart(dt.date(2024, 3, 10), (Dose(dt.date(2024, 3, 10), 7.4),), (), ctcae="4.03")
    chart = chart._replace(results=[r._replace(on=dt.date(2024, 5, 5)) for r in low])
    said = advise(REGIMEN, chart, asked=dt.date(2024, 5, 5)).in_words()
    expected = "held: platelets 62, grade 2; look again 12 May; resume at grade 1 with 3.7 GBq"
    assert said == expected


def test_a_value_without_its_limit_of_normal_is_said_to_lack_that():
    """Who has typed the platelets and reads "not known: platelets" would look for them in vain."""
    found = [Result(day(57), n, v, u, lower=lo) for n, (v, u, lo) in NORMAL.items()]
    found[0] = found[0]._replace(value=100.0, lower=None)
    chart = Chart(day(1), (Dose(day(1), 7.4),), tuple(found), ctcae="4.03")
    said = advise(REGIMEN, chart, asked=day(57)).in_words()
    assert "grade of platelets 100 (no limit of normal)" in said
    found[0] = found[0]._replace(unit="kg")
    said = advise(REGIMEN, chart._replace(results=tuple(found)), asked=day(57)).in_words()
    assert "not known: platelets; " in said
