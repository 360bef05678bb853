"""A planted bug in a rule of the virtual trials must turn its test red."""

import inspect
import textwrap
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from equipoise.kernels.trials import follow, tests
from equipoise.simulation import decisions as deciding
from support.mutants import plant
from support.trials import small

_PATH = Path(__file__).parents[1] / "twins" / "test_trial_readings.py"
_SPEC = spec_from_file_location("twins_of_readings", _PATH)
twins = module_from_spec(_SPEC)
_SPEC.loader.exec_module(twins)


def test_the_twins_are_green():
    twins.agree(small(1), seed=1)
    twins.efron(tests.cox_terms)


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
    plant(monkeypatch, deciding.observed, "found[:, r, first]", "80.0 + 0.0 * found[:, r, first]")
    with pytest.raises(AssertionError):
        check_bounds()
