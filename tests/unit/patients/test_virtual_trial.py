"""A whole virtual trial: the same for the same seed, whatever else is drawn."""

import pytest

from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from support.virtual import TRUTH, netter
from support.wards import with_truth


def of(protocol, *, seed=1, trial=0):
    return live(protocol, setting(protocol, truth=TRUTH), seed=seed, trial=trial)


@pytest.fixture(scope="module")
def whole():
    return of(netter())


def test_the_same_seed_gives_the_same_record(whole):
    again = of(netter())
    assert again.virtual
    assert (again.seed, again.trial, again.truth) == (1, 0, TRUTH)
    for name, table in whole.tables.items():
        assert table.equals(again.table(name)), name


@pytest.mark.parametrize("other", [{"seed": 2}, {"trial": 1}])
def test_another_seed_or_number_is_another_trial(whole, other):
    entered = whole.table("subjects")["randomized"]
    assert not of(netter(), **other).table("subjects")["randomized"].equals(entered)


def test_what_is_left_out_moves_nothing_else(whole):
    less = of(with_truth(netter(), adverse_events=()))
    assert less.table("events").is_empty()
    for name in ("subjects", "visits", "doses", "labs", "readings", "measurements", "therapies"):
        assert less.table(name).equals(whole.table(name)), name


def test_a_trial_without_scans_has_no_readings():
    visits = {k: v for k, v in netter().visits.items() if k not in ("scan", "baseline")}
    found = of(netter().model_copy(update={"visits": visits}))
    assert found.table("readings").is_empty()
    assert found.table("doses").height > 0
