"""A grid from Python is what its scenarios are one by one."""

import pytest

import equipoise as eq
from equipoise.errors import InputError
from support.virtual import TRUTH, netter


def test_each_scenario_is_the_simulation_of_that_protocol():
    found = eq.scenarios(netter(), truth=TRUTH, vary={"alpha": ["5%", "2.5%"]}, trials=40, seed=3)
    table = found.frame()
    assert table["alpha"].unique().sort().to_list() == ["2.5%", "5%"]
    for value in ("5%", "2.5%"):
        alone = eq.simulate(netter().with_("design.alpha", value), truth=TRUTH, trials=40, seed=3)
        rows = {(r.hypothesis, r.look, r.statistic): r.value for r in alone.rows}
        mine = table.filter(table["alpha"] == value)
        for row in mine.iter_rows(named=True):
            key = (row["hypothesis"], row["look"], row["statistic"])
            expected = rows[key]
            assert row["value"] == (None if expected is None else pytest.approx(expected))
        assert mine.height == len(rows)
    assert "error" in table.columns
    assert len(str(found).splitlines()) >= 4


def test_what_cannot_be_is_told():
    with pytest.raises(InputError, match="leave out"):
        eq.scenarios(netter(), named=["x"], truth=TRUTH, trials=1, seed=1)
    with pytest.raises(InputError, match="speed"):
        eq.scenarios(netter(), truth=TRUTH, vary={"speed": [1]}, trials=1, seed=1)
