"""Dose decisions by hand: 7.4 GBq every 8 weeks, at most 16 weeks between two."""

import numpy as np
import pytest

from equipoise.conduct.dosing import NO_RULE, decide, dose_table
from equipoise.conduct.measures import Measures
from equipoise.protocol.model import Regimen
from support.virtual import netter

DUE, LAST = 57, 1


def table():
    return dose_table(netter().arms["lutate"].give[0])


def platelets(by_day):
    """A patient whose platelet grade is `by_day(study day)`."""

    def look(day):
        return Measures({}, {"platelets": np.array([by_day(d) for d in day.tolist()])})

    return look


def decision(by_day, *, last_dose=7.4, due=DUE):
    one = np.array([due]), np.array([LAST]), np.array([last_dose])
    return decide(table(), due=one[0], last_day=one[1], last_dose=one[2], look=platelets(by_day))


def test_the_table_is_read_from_the_protocol():
    found = table()
    assert (found.full, found.every, found.longest) == (7.4, 56, 112)
    assert found.recover == 7.4
    assert found.comes_back == 3.7
    assert [rule.then_dose for rule in found.rules] == [3.7, 3.7, 3.7]


def test_without_toxicity_the_full_dose_is_given_on_the_day():
    found = decision(lambda day: 1)
    assert (found.day[0], found.dose[0], found.rule[0]) == (57, 7.4, NO_RULE)
    assert found.is_given[0]


def test_toxicity_delays_week_by_week_and_halves_the_dose():
    found = decision(lambda day: 2 if day < 70 else 1)
    assert (found.day[0], found.dose[0], found.rule[0]) == (71, 3.7, 0)
    assert found.is_given[0]


def test_recovery_on_the_last_day_of_the_longest_interval_is_in_time():
    found = decision(lambda day: 2 if day < LAST + 112 else 0)
    assert found.day[0] == LAST + 112
    assert found.is_given[0]


def test_no_recovery_within_the_longest_interval_stops_the_drug():
    found = decision(lambda day: 2 if day <= LAST + 112 else 0)
    assert not found.is_given[0]


def test_toxicity_that_comes_back_at_the_reduced_dose_stops_the_drug():
    found = decision(lambda day: 2 if day < 70 else 0, last_dose=3.7)
    assert not found.is_given[0]


def test_a_reduced_dose_well_borne_goes_back_to_full():
    found = decision(lambda day: 0, last_dose=3.7)
    assert found.dose[0] == 7.4


def test_without_a_recover_dose_it_stays_reduced():
    regimen = netter().arms["lutate"].give[0].model_copy(update={"recover_dose": None})
    one = np.array([DUE]), np.array([LAST]), np.array([3.7])
    found = decide(
        dose_table(regimen),
        due=one[0],
        last_day=one[1],
        last_dose=one[2],
        look=platelets(lambda day: 0),
    )
    assert found.dose[0] == 3.7


def test_a_rule_that_stops_stops():
    regimen = Regimen.model_validate(
        {
            "drug": "A",
            "dose": "10 mg",
            "route": "PO",
            "every": "1 week",
            "modify": [{"when": "platelets grade >= 3", "stop": "yes"}],
        }
    )
    one = np.array([8]), np.array([1]), np.array([10.0])
    for grade, is_given in ((2, True), (3, False)):
        found = decide(
            dose_table(regimen),
            due=one[0],
            last_day=one[1],
            last_dose=one[2],
            look=platelets(lambda day, grade=grade: grade),
        )
        assert found.is_given[0] == is_given


@pytest.mark.parametrize("sick", [[True, False], [False, True]])
def test_patients_do_not_hold_each_other_up(sick):
    def look(day):
        grade = np.where(np.array(sick) & (day < 70), 2, 0)
        return Measures({}, {"platelets": grade})

    found = decide(
        table(),
        due=np.array([57, 60]),
        last_day=np.array([1, 1]),
        last_dose=np.array([7.4, 7.4]),
        look=look,
    )
    assert (found.day != np.array([57, 60])).tolist() == sick
