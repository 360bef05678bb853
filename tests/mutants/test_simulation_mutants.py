"""A planted bug in a rule of the virtual trials must turn its test red."""

import inspect
import textwrap
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from polars.exceptions import ColumnNotFoundError

from equipoise.adam.time import handling, intercurrent
from equipoise.kernels import cohort as cohort_kernels
from equipoise.kernels.trials import follow, scans_plain, tests
from equipoise.patients import attendance, events, virtual_trial
from equipoise.sdtm.cut import last_day
from equipoise.simulation.kernel import decisions as deciding
from equipoise.simulation.object import needed, sweep, together
from support.mutants import plant
from support.roads import kernel_road, object_road, variant
from support.trials import small

OFF_PLAN = (51, 53, 57, 58, 62, 66)
"""Small protocols with a gap, a therapy, a gap of one kind, and death that is no event."""

_PATH = Path(__file__).parents[1] / "twins" / "test_trial_readings.py"
_SPEC = spec_from_file_location("twins_of_readings", _PATH)
twins = module_from_spec(_SPEC)
_SPEC.loader.exec_module(twins)


def test_the_twins_are_green():
    twins.agree(small(1), seed=1)
    twins.efron(tests.cox_terms)
    off_plan_agrees()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # the rule `t <= cut - entry` loses the event that the look waits for
        ("observe_plain", "cut - cohort.entry + 1", "cut - cohort.entry"),
        # the day after the last day of follow-up is not seen
        ("observe_plain", "(day <= end)", "(day <= end + 1)"),
        ("observe_plain", "cohort.entry <= cut", "cohort.entry < cut - 30"),
        ("look_day_plain", "on[looks.target[k] - 1]", "on[looks.target[k] - 2]"),
        ("look_day_plain", "day <= cohort.dropout", "day < 10**9"),
        ("event_days_plain", "np.minimum(day, np", "np.maximum(day, np"),
    ],
)
def test_a_wrong_cut_is_found(monkeypatch, function, right, wrong):
    plant(monkeypatch, getattr(follow, function), right, wrong)
    with pytest.raises(AssertionError):
        all_agree()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        # draws in blocks, whose place depends on the number of encounters
        ("scan_days_plain", "3 * k + i", "k + i * len(scans.planned)"),
        ("scan_days_plain", "u[2] >= scans.missed", "u[2] >= scans.missed / 2"),
        ("scan_days_plain", "* scans.window)", "* (scans.window - 1))"),
        # an event on the last day that counts is none too late
        ("_lost_plain", "day > course.counted_until[p]", "day + 14 > course.counted_until[p]"),
        # a gap before death only, counted before progression too
        ("_lost_plain", "& ((day == second) == (course.gap_of[p] == SECOND))", "& (day > 0)"),
        ("therapy_days_plain", "start < last", "start < last - 90"),
        ("therapy_days_plain", "u[0] < then.starts", "u[0] < then.starts / 2"),
        ("settled_plain", "death - course.at_scans[p]", "death + 400"),
        ("settled_plain", "np.where(lost, before, until)", "until"),
    ],
)
def test_a_wrong_scan_or_gap_is_found(monkeypatch, function, right, wrong):
    plant(monkeypatch, getattr(scans_plain, function), right, wrong)
    with pytest.raises(AssertionError):
        off_plan_agrees()


@pytest.mark.parametrize(
    ("number", "function", "right", "wrong"),
    [
        (51, attendance.attend, "u[:, 2::3] >= missed", "u[:, 1::3] >= missed"),
        (50, attendance.attend, "u[:, 0::3] + u[:, 1::3] - 1", "u[:, 0::3] + u[:, 2::3] - 1"),
        (53, events.later_therapies, "u[:, 0] <", "u[:, 2] <"),
        (71, sweep._contacts, 'is_between("randomized", "ended")', 'lt(pl.col("randomized"))'),
        (78, sweep.sweeps, "if LAST_KNOWN_ALIVE in sources", "if not sources"),
        (55, handling.counted_until, "count - 1", "count + 7"),
    ],
)
def test_a_road_that_turns_off_is_found(monkeypatch, number, function, right, wrong):
    expected = kernel_road(variant(number), seed=number, trial=number)
    assert object_road(variant(number), seed=number, trial=number) == expected
    also = {"later_therapies": (virtual_trial,), "counted_until": (intercurrent,)}
    plant(monkeypatch, function, right, wrong, also=also.get(function.__name__, ()))
    assert object_road(variant(number), seed=number, trial=number) != expected


def together_twins():
    spec = spec_from_file_location("twins_together", _PATH.with_name("test_together.py"))
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        (last_day.LastDay.of, '["LAST"]', '["LAST"].sort(descending=True)'),
        (together._apart, "parts.get((k,), table.clear())", "parts.get((0,), table.clear())"),
        (together._trial, "MARK_LENGTH - 1", "MARK_LENGTH - 2"),
        (sweep.swept_each, 'on="mark"', 'how="cross"'),
    ],
)
def test_trials_that_run_into_each_other_are_found(monkeypatch, function, right, wrong):
    twins = together_twins()
    also = (together,) if function is sweep.swept_each else ()
    plant(monkeypatch, function, right, wrong, also=also)
    with pytest.raises(AssertionError):
        twins.small(71)


@pytest.mark.parametrize(
    ("case", "function", "right", "wrong"),
    [
        ("laboratory", needed._of_safety, '["LB"] if of_values else []', "[]"),
        (
            "survival, for which any contact counts",
            needed._sources,
            "*endpoint.censor",
            "",
        ),
    ],
)
def test_what_is_needed_and_left_out_is_found(monkeypatch, case, function, right, wrong):
    twins = together_twins()
    plant(monkeypatch, function, right, wrong)
    with pytest.raises((AssertionError, ColumnNotFoundError)):
        twins.of_what_is_needed(twins.ASKED[case])


def off_plan_agrees():
    for number in OFF_PLAN:
        twins.agree(small(number), seed=number)


def all_agree():
    for number in (0, 1, 6):
        twins.agree(small(number), seed=number)


def test_breslow_s_rule_is_not_efron_s():
    source = textwrap.dedent(inspect.getsource(tests.cox_terms.py_func))
    assert source.count("share = q / d") == 1
    body = source.split("\n", 1)[1].replace("share = q / d", "share = 0.0")
    scope = dict(vars(tests))
    exec(compile(body, "<mutant>", "exec"), scope)
    with pytest.raises(AssertionError):
        twins.efron(scope["cox_terms"])


def test_a_bound_at_the_planned_information_is_found(monkeypatch):
    from support.decided import check_bounds

    check_bounds()
    plant(monkeypatch, deciding.observed, "one[:, r] + other[:, r]", "80.0 + 0.0 * one[:, r]")
    with pytest.raises(AssertionError):
        check_bounds()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("* (end - at)", "* end"),
        ("at > last or end <= at", "at > last"),
        (">= world.cross[arm]", ">= world.cross[arm] // 2"),
    ],
)
def test_a_wrong_crossover_is_found(monkeypatch, right, wrong):
    path = _PATH.with_name("test_cohort.py")
    spec = spec_from_file_location("twins_of_cohorts", path)
    cohorts = module_from_spec(spec)
    spec.loader.exec_module(cohorts)
    cohorts.test_plain_cohort_equals_the_kernels("all cross over, late deaths", 1)
    plant(monkeypatch, cohort_kernels._crosses, right, wrong)
    with pytest.raises(AssertionError):
        cohorts.test_plain_cohort_equals_the_kernels("all cross over, late deaths", 1)
