"""One virtual trial: the same for the same seed, and made of the protocol's arms."""

import pytest

from equipoise.errors import InputError
from equipoise.simulation.object.run import run
from support.virtual import TRUTH, netter, virtual_record


def test_the_same_seed_gives_the_same_record():
    again = run(netter(), truth=TRUTH, seed=1)
    for name, table in virtual_record(1).tables.items():
        assert table.equals(again.table(name)), name


def test_another_seed_or_trial_gives_another_record():
    first = virtual_record(1).table("labs")
    assert not first.equals(run(netter(), truth=TRUTH, seed=2).table("labs"))
    assert not first.equals(run(netter(), truth=TRUTH, seed=1, trial=1).table("labs"))


def test_an_unknown_truth_is_named_with_the_nearest_one():
    with pytest.raises(InputError, match="did you mean as reported"):
        run(netter(), truth="as reportd", seed=1)


def test_the_record_says_that_it_is_virtual():
    record = virtual_record(1)
    assert record.virtual
    assert "virtual patients" in repr(record)
    assert record.truth == TRUTH
