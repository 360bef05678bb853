"""A planted bug in the virtual patients or in conduct turns a law of the clinic red."""

import pytest

from equipoise.conduct import dosing, toxicity
from equipoise.kernels import procedures
from equipoise.patients import (
    attendance,
    events,
    labs,
    people,
    treatment,
    tumors,
    virtual_trial,
    world,
)
from support import wards
from support.mutants import plant
from support.wards import (
    allocation_laws,
    dose_laws,
    lab_laws,
    last_day_laws,
    recist_laws,
    visit_laws,
)

IMPORTERS = (treatment, labs, virtual_trial)


def plant_everywhere(monkeypatch, function, right, wrong):
    also = tuple(m for m in IMPORTERS if hasattr(m, function.__name__))
    plant(monkeypatch, function, right, wrong, also=also)


def several(law):
    for seed in (1, 2, 3):
        law(seed)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # a dose above the planned one
        (dosing.next_dose, "table.recover, after)", "2.0 * table.recover, after)"),
        # the reduced dose is forgotten
        (dosing.next_dose, "np.minimum(dose, rule.then_dose), dose)", "dose, dose)"),
        # a dose that waits is given a week too early, while its rule still holds
        (dosing.decide, "np.where(given, day, due)", "np.where(given & (day > due), day - 7, due)"),
        # one rule that is released lets the dose go, whatever else holds it
        (dosing.decide, "| found.unknown).any(axis=0)", "| found.unknown)[0]"),
        # the longest interval is not minded
        (dosing.decide, "waiting &= day <= limit", "waiting &= day <= limit + 70"),
        # toxicity that comes back at the reduced dose stops nothing
        (dosing.stopped, "last_dose <= table.comes_back", "last_dose < 0"),
        # doses go on after the last day
        (treatment._by_rules, "done.day <= ends", "done.day <= ends + 60"),
        (treatment._by_plan, "day <= ends[:, None]", "day <= ends[:, None] + 60"),
        # a stopped drug is taken up again
        (treatment._by_rules, "goes_on &= is_given", "pass"),
    ],
)
def test_a_wrong_dose_is_found(monkeypatch, function, right, wrong):
    plant_everywhere(monkeypatch, function, right, wrong)
    with pytest.raises(AssertionError):
        dose_laws()


def test_a_grade_too_mild_is_found(monkeypatch):
    plant_everywhere(
        monkeypatch,
        toxicity._both,
        "one_test_graded(value,",
        "one_test_graded(1.4 * value,",
    )
    with pytest.raises(AssertionError):
        dose_laws()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # it never comes back
        ("[0.0, 1.0, 0.0], left=0.0, right=0.0", "[0.0, 1.0, 0.5], left=0.0, right=0.5"),
        # it falls before the dose
        ("left=0.0", "left=0.4"),
        # half a dose falls as deep as a whole one
        (
            "* courses.strength[:, c : c + 1] * depth",
            "* (courses.strength[:, c : c + 1] > 0) * depth",
        ),
        # the nadir is late
        ("[0.0, at, at + back]", "[0.0, at + 9, at + 9 + back]"),
    ],
)
def test_a_wrong_course_of_a_laboratory_value_is_found(monkeypatch, right, wrong):
    plant(monkeypatch, labs.lab_value, right, wrong)
    with pytest.raises(AssertionError):
        lab_laws()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # a visit on the day of death
        (attendance._last_seen, "who.end - 1, who.end", "who.end, who.end"),
        # the dead come
        (attendance.attend, "(day <= last[:, None])", "(day <= last[:, None] + 90)"),
        # therapy goes on for the dead
        (events.later_therapies, "(start < who.end)", "(start < who.end + 400)"),
        (
            events._onset,
            "np.minimum(np.minimum(dose + late, last), who.end)",
            "np.minimum(dose + late, last)",
        ),
        (virtual_trial._course, "np.minimum(progressed, who.end)", "progressed"),
        # consent after the first visit
        (
            people._consent,
            "last = min(_LATEST_CONSENT, *early)",
            "last = max(_LATEST_CONSENT, *early)",
        ),
    ],
)
def test_life_after_death_is_found(monkeypatch, function, right, wrong):
    plant_everywhere(monkeypatch, function, right, wrong)
    with pytest.raises(AssertionError):
        several(last_day_laws)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # RECIST 1.1 4.3.1: 20% over the nadir, and 5 mm
        (tumors._sums, "np.maximum(-(-6 * nadir // 5), nadir + 5)", "nadir + 5"),
        (tumors._sums, "nadir + 5)", "nadir + 1)"),
        # the nadir is that of the scans read, baseline included
        (tumors._sums, "np.minimum(nadir, value)", "value"),
        # 30% below baseline
        (tumors._sums, "np.maximum(value, partial + 1)", "value"),
        # progression shows a scan late
        (
            tumors.lesions,
            "scan >= who.progression[:, None]",
            "scan > who.progression[:, None] + 90",
        ),
        # those respond whom fate has not chosen
        (
            tumors._response_scans,
            "who.responds[:, None] & before",
            "~who.responds[:, None] & before",
        ),
    ],
)
def test_lesions_that_belie_fate_are_found(monkeypatch, function, right, wrong):
    plant_everywhere(monkeypatch, function, right, wrong)
    with pytest.raises(AssertionError):
        several(recist_laws)


@pytest.mark.parametrize(
    ("function", "right", "wrong", "also"),
    [
        # whatever the protocol says, permuted blocks are drawn
        (
            world.setting,
            "procedure=procedure_of(protocol.allocation)",
            "procedure=None",
            (wards,),
        ),
        # the stick is a point too long
        (procedures.list_weights, ">= procedure.limit", "> procedure.limit", ()),
        # the urn never takes its balls back
        (procedures.list_weights, "(times + sets) * r - n", "max(times * r - n, 1)", ()),
        # the coin favors the arm that is ahead
        (procedures.list_weights, "if counts[0] < counts[1] else [ahead, behind]",
         "if counts[0] > counts[1] else [ahead, behind]", ()),
    ],
)  # fmt: skip
def test_an_allocation_drawn_as_another_is_found(monkeypatch, function, right, wrong, also):
    allocation_laws()
    plant(monkeypatch, function, right, wrong, also=also)
    with pytest.raises(AssertionError):
        allocation_laws()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # the drawn day decides, not the planned one
        (
            "np.where(is_early, np.minimum(last, treatment.ends), last)",
            "np.minimum(last, treatment.ends)",
        ),
        # visits of treatment go on after it was stopped
        ("np.where(is_early, np.minimum(last, treatment.ends), last)", "last"),
        # the last visit of the plan is left out
        ("plan.day <= treatment.planned_end", "plan.day < treatment.planned_end"),
    ],
)
def test_a_visit_lost_or_too_many_at_the_end_of_treatment_is_found(monkeypatch, right, wrong):
    plant(monkeypatch, attendance.other_visits, right, wrong)
    with pytest.raises(AssertionError):
        visit_laws()
