"""Figures without records = figures of the object road, trial by trial."""

import numpy as np
import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.patients.world import setting
from equipoise.simulation import published
from equipoise.simulation.figures import figures, supported
from equipoise.simulation.published import Job, published_intervals
from support.virtual import TRUTH, netter

LOOK = "PFS final"


def wanted():
    return tuple(f for f in netter().report.published if supported(netter(), f))


def test_most_published_figures_need_no_records():
    assert len(wanted()) == 10
    left = [f.estimand for f in netter().report.published if f not in wanted()]
    assert left == ["OS", *["safety"] * 3, *["TTD"] * 3]


@pytest.mark.parametrize("number", range(1, 7))
def test_the_same_as_with_records(number):
    where = setting(netter(), truth=TRUTH)
    found = figures(netter(), where, wanted(), look=LOOK, seed=3, trial=number)
    job = Job(netter(), TRUTH, 3, LOOK, wanted(), [number], True)
    np.testing.assert_array_equal(found, published._figures(job, number))


def test_a_figure_that_needs_records_is_named():
    where = setting(netter(), truth=TRUTH)
    with pytest.raises(InputError, match="P value for death at the interim"):
        figures(netter(), where, netter().report.published, look=LOOK, seed=1, trial=0)


def test_intervals_do_not_depend_on_the_workers():
    same = {"truth": TRUTH, "seed": 1, "trials": 9, "look": LOOK, "records": 2}
    one, two = (published_intervals(netter(), workers=w, **same) for w in (1, 2))
    assert one.equals(two)
    lower = one.filter(pl.col("statistic") == "simulated lower")
    assert lower["term"].to_list() == [f.says for f in netter().report.published]
    assert set(lower["population"]) == {"9 virtual trials", "2 virtual trials"}
