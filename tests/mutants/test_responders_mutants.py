"""A scan read otherwise must turn the twins of the responders red."""

import pytest

from equipoise.kernels.trials import responses
from equipoise.patients import tumors
from equipoise.simulation.kernel import compile as compiling
from equipoise.simulation.kernel import course
from support.mutants import plant
from support.responders import (
    SETTINGS,
    kernel_responders,
    plain_responders,
    plan_of,
    unrecorded_responders,
)

TRIALS = range(12)


def roads_agree(other) -> None:
    for name in SETTINGS:
        plan = plan_of(name)
        for trial in TRIALS:
            found = kernel_responders(plan, seed=3, trial=trial)
            assert found == other(plan, seed=3, trial=trial)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("d < end for", "d <= end for"),
        ("(course.death, course.progression)", "(course.progression,)"),
        ("(course.death, course.progression)", "(course.death,)"),
        ("d <= followed", "d < followed"),
        ("min(int(second), len(read) - 1)", "0"),
        ("scan_days_plain(course.scans, keys)", "np.tile(course.scans.planned, (len(keys), 1))"),
    ],
)
def test_a_scan_that_is_read_otherwise_is_found(monkeypatch, right, wrong):
    plant(monkeypatch, responses.response_days_plain, right, wrong)
    with pytest.raises(AssertionError):
        roads_agree(plain_responders)


def test_a_response_that_is_known_at_once_is_found(monkeypatch):
    plant(monkeypatch, course.course_of, "_Row(int(read_at_visits),", "_Row(0,", also=(compiling,))
    with pytest.raises(AssertionError):
        roads_agree(unrecorded_responders)


def test_tumors_that_shrink_at_another_scan_are_found(monkeypatch):
    plant(monkeypatch, tumors._response_scans, "1 + (", "1 + 0 * (")
    with pytest.raises(AssertionError):
        roads_agree(unrecorded_responders)
