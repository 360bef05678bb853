"""Dose decisions by hand: 7.4 GBq every 8 weeks, at most 16 weeks between two."""

import numpy as np
import pytest

from equipoise.conduct.dose_table import dose_table
from equipoise.conduct.dosing import NO_DAY, Findings, decide
from equipoise.conduct.measures import UNGRADED, Declared, Measures
from equipoise.errors import InputError
from support.virtual import netter

DUE, LAST = 57, 1


REGIMEN = netter().arms["lutate"].give[0]
WELL = {"neutrophils": 0, "hemoglobin": 0}


def table(**changes):
    return dose_table(REGIMEN.model_copy(update=changes))


def graded(size=1, **by_day):
    """Patients whose grade of each test is a function of the study day; well otherwise."""

    def look(day):
        grade = {k: np.full(size, v) for k, v in WELL.items()}
        for name, of in by_day.items():
            grade[name] = np.array([of(d) for d in day.tolist()])
        clearance = {"creatinine clearance": np.full(size, 90.0)}
        return Measures(clearance, grade, {"creatinine clearance": Declared("mL/min")})

    return look


def decision(by_day=lambda day: 0, *, last_dose=7.4, least_dose=None, due=DUE, of=None, **others):
    return decide(
        of or table(),
        due=np.array([due]),
        last_day=np.array([LAST]),
        last_dose=np.array([last_dose]),
        least_dose=np.array([last_dose if least_dose is None else least_dose]),
        look=graded(platelets=by_day, **others),
    )


def test_the_table_is_read_from_the_protocol():
    found = table()
    assert (found.full, found.every, found.longest) == (7.4, 56, 112)
    assert found.recover == 7.4
    assert found.comes_back == 3.7
    assert [rule.then_dose for rule in found.rules] == [3.7, 3.7, 3.7]


def late(found, *, tested=(), due=DUE):
    """A patient who comes ten days after the day of the plan; found : study day -> grade."""
    look = graded(platelets=found)
    return decide(
        table(), due=np.array([due + 10]), last_day=np.array([LAST]), last_dose=np.array([7.4]),
        least_dose=np.array([7.4]), look=look,
        recorded=Findings(np.array([due]), np.array([[*tested, NO_DAY]]),
                          lambda day: look(np.array([max((t for t in tested if t <= day[0]),
                                                         default=0)]))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tested", "toxic", "dose"),
    [
        ((40,), 40, 3.7),  # known when it fell due, over when he came
        ((40, 50), 40, 7.4),  # over by then
        ((60,), 60, 3.7),  # found while it was due
        ((67,), 67, 3.7),  # on the day itself, and a week later
        ((), 60, 7.4),  # nobody has seen it
    ],
)
def test_what_was_found_since_the_dose_fell_due_counts_though_he_came_later(tested, toxic, dose):
    found = late(lambda day: 2 if day == toxic else 1, tested=tested)
    assert (found.dose[0], found.is_given[0]) == (dose, True)


def test_without_toxicity_the_full_dose_is_given_on_the_day():
    found = decision(lambda day: 1)
    assert (found.day[0], found.dose[0], found.held.any()) == (57, 7.4, False)
    assert found.is_given[0]


def test_toxicity_delays_week_by_week_and_halves_the_dose():
    found = decision(lambda day: 2 if day < 70 else 1)
    assert (found.day[0], found.dose[0]) == (71, 3.7)
    assert found.held[:, 0].tolist() == [True, False, False]
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
    assert decision(last_dose=3.7, of=table(recover_dose=None)).dose[0] == 3.7


def test_a_rule_that_stops_stops():
    rule = REGIMEN.modify[0].model_copy(update={"when": "platelets grade >= 3", "stop": True})
    for grade, is_given in ((2, True), (3, False)):
        found = decision(lambda day, grade=grade: grade, of=table(modify=(rule,)))
        assert found.is_given[0] == is_given


def test_every_rule_that_held_must_be_released():
    # platelets recover on day 64, neutrophils of grade 4 never do
    found = decision(lambda day: 2 if day < 64 else 0, neutrophils=lambda day: 4)
    assert not found.is_given[0]
    found = decision(lambda day: 2 if day < 64 else 0, neutrophils=lambda day: 4 if day < 80 else 2)
    assert (found.day[0], found.dose[0], found.is_given[0]) == (85, 3.7, True)
    assert found.held[:, 0].tolist() == [True, True, False]


def test_a_toxicity_that_comes_while_another_waits_holds_too():
    found = decision(
        lambda day: 2 if day < 64 else 0, neutrophils=lambda day: 3 if 60 < day < 75 else 0
    )
    assert found.day[0] == 78
    assert found.held[:, 0].tolist() == [True, True, False]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_strictest_dose_is_given_whichever_rule_stands_first(order):
    parts = [
        {"when": "platelets grade >= 2", "then dose": "5 GBq"},
        {"when": "neutrophils grade >= 3", "then dose": "3.7 GBq"},
    ]
    rules = tuple(REGIMEN.modify[0].model_validate(parts[k]) for k in order)
    found = decision(lambda day: 2, neutrophils=lambda day: 3, of=table(modify=rules))
    assert (found.day[0], found.dose[0]) == (57, 3.7)


def test_toxicity_never_raises_a_dose():
    rule = REGIMEN.modify[0].model_copy(update={"then_dose": None})
    of = table(modify=(rule,), stop=())
    assert decision(lambda day: 2 if day < 60 else 0, last_dose=3.7, of=of).dose[0] == 3.7


def test_what_nobody_measured_is_given_nothing():
    found = decision(lambda day: UNGRADED)
    assert not found.is_given[0]
    assert not found.held.any()


def test_a_dose_waits_for_a_measurement_without_being_reduced():
    found = decision(lambda day: UNGRADED if day < 64 else 0)
    assert (found.day[0], found.dose[0], found.is_given[0]) == (64, 7.4, True)


def test_toxicity_after_any_reduced_dose_stops_where_the_protocol_says_so():
    stop = REGIMEN.stop[0].model_copy(update={"when": "toxicity comes back after a reduced dose"})
    of = table(stop=(stop,))
    sick = {"by_day": lambda day: 2 if day < 64 else 0, "of": of}
    assert decision(**sick, least_dose=7.4).is_given[0]
    assert not decision(**sick, least_dose=3.7).is_given[0]
    assert decision(of=of, least_dose=3.7).is_given[0]


def test_a_sentence_that_stops_nothing_is_refused():
    stop = REGIMEN.stop[0].model_copy(update={"when": "it is enough"})
    with pytest.raises(InputError, match="stops nothing"):
        table(stop=(stop,))


@pytest.mark.parametrize("sick", [[True, False], [False, True]])
def test_patients_do_not_hold_each_other_up(sick):
    due, full = np.array([57, 60]), np.array([7.4, 7.4])

    def look(day):
        well = graded(size=2)(day)
        grade = np.where(np.array(sick) & (day < 70), 2, 0)
        return well._replace(grade={**well.grade, "platelets": grade})

    found = decide(
        table(), due=due, last_day=np.array([1, 1]), last_dose=full, least_dose=full, look=look
    )
    assert (found.day != due).tolist() == sick
