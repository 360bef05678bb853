"""Trials derived together are those derived one by one, in every row and record behind it."""

import pytest

from equipoise.adam import together
from equipoise.adam.study import Study
from equipoise.adam.together import derive_each
from equipoise.meaning.check import read
from equipoise.meaning.looks import look_labels
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run, trials_at
from support.roads import TRUTH, variant

NETTER = "examples/netter1/protocol.yaml"


def same(one, other):
    assert one.date == other.date
    assert one.look == other.look
    assert one.snapshot.digest == other.snapshot.digest
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name


def one_by_one(protocol, *, truth, seed, trials, look):
    data = (tabulate(run(protocol, truth=truth, seed=seed, trial=trial)) for trial in trials)
    return [Study.of(one).adam(look) for one in data]


def test_netter_1():
    asked = {"truth": "as reported", "seed": 5, "trials": (1, 2), "look": "PFS final"}
    netter = read(NETTER)
    for pair in zip(trials_at(netter, **asked), one_by_one(netter, **asked), strict=True):
        same(*pair)


@pytest.mark.parametrize("number", [1, 51, 71])
def test_small_protocols_whose_looks_wait_for_events(number):
    protocol = variant(number)
    look = look_labels(protocol)[0]
    asked = {"truth": TRUTH, "seed": number, "trials": (0, 1, 2), "look": look}
    for pair in zip(trials_at(protocol, **asked), one_by_one(protocol, **asked), strict=True):
        same(*pair)


def test_a_trial_alone_is_derived_as_ever():
    netter = read(NETTER)
    data = tabulate(run(netter, truth="as reported", seed=5))
    study = Study(data, netter)
    snapshot = study.snapshot("PFS final")
    (found,) = derive_each([snapshot], protocol=netter)
    same(found, study.adam("PFS final"))
    assert together.derive_each([], protocol=netter) == []
