"""Figures without records = figures of the object road, trial by trial."""

import json

import numpy as np
import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.patients.world import setting
from equipoise.protocol.model import Published
from equipoise.simulation.object.supported import supported
from equipoise.simulation.object.without_records import figures
from equipoise.simulation.operating import published
from equipoise.simulation.operating.published import Job, published_intervals
from support.spec import plain_yaml
from support.virtual import EXAMPLES, TRUTH, netter

LOOK = "PFS final"


def changed(change):
    """NETTER-1's protocol with a change made to it."""
    whole = plain_yaml(EXAMPLES / "netter1" / "protocol.yaml")
    change(whole)
    return read_text(json.dumps(whole))


def wanted():
    return tuple(f for f in netter().report.published if supported(netter(), f))


def test_most_published_figures_need_no_records():
    assert len(wanted()) == 11
    left = [f.estimand for f in netter().report.published if f not in wanted()]
    assert left == ["safety"] * 3 + ["TTD"] * 3


SURVIVAL = tuple(
    Published.model_validate({"says": str(how), "value": "0", "estimand": "OS", **how})
    for how in (
        {"statistic": "hazard ratio"},
        {"statistic": "p"},
        {"statistic": "survival", "group": "lutate", "at": "20 months"},
        {"statistic": "survival", "group": "octreotide", "at": "20 months"},
        {"statistic": "median months", "group": "octreotide"},
        {"statistic": "events", "group": "lutate"},
    )
)
"""Survival at the cut-off, which the contact on that day makes known."""


def same(plan, wanted, number):
    where = setting(plan, truth=TRUTH)
    found = figures(plan, where, wanted, look=LOOK, seed=3, trial=number)
    job = Job(plan, TRUTH, 3, LOOK, wanted, [number], True)
    np.testing.assert_array_equal(found, published._several(job)[0])


@pytest.mark.parametrize("number", range(1, 4))
def test_survival_at_the_cutoff_is_the_same_as_with_records(number):
    assert all(supported(netter(), f) for f in SURVIVAL)
    same(netter(), SURVIVAL, number)


def test_without_a_contact_at_the_cutoff_survival_needs_the_records():
    plan = changed(lambda whole: whole["visits"].pop("survival sweep"))
    assert [supported(plan, f) for f in SURVIVAL] == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("estimand", "event", "strategy", "is_supported"),
    [
        ("OS", "new anticancer therapy", "hypothetical", False),
        ("OS", "treatment stopped", "hypothetical", False),
        ("OS", "lost to follow-up", "hypothetical", True),
        ("PFS", "treatment stopped", "while on treatment", False),
        ("PFS", "new anticancer therapy", "composite", True),
    ],
)
def test_what_depends_on_records_is_not_supported(estimand, event, strategy, is_supported):
    plan = changed(
        lambda whole: whole["estimands"][estimand]["intercurrent events"].update({event: strategy})
    )
    figure = next(f for f in plan.report.published if f.estimand == estimand)
    assert supported(plan, figure) == is_supported


@pytest.mark.parametrize("number", range(1, 4))
@pytest.mark.parametrize("event", ["death", "progression"])
def test_a_gap_before_one_kind_of_event(event, number):
    def gap(whole):
        events = whole["estimands"]["PFS"]["intercurrent events"]
        del events["two missed assessments"]
        events[f"{event} after one missed assessment"] = "hypothetical"
        whole["truth"][TRUTH]["scans missed"] = "25%"

    plan = changed(gap)
    same(plan, tuple(f for f in plan.report.published if f.estimand == "PFS"), number)


@pytest.mark.parametrize("number", range(1, 7))
def test_the_same_as_with_records(number):
    same(netter(), wanted(), number)


def test_a_figure_that_needs_records_is_named():
    where = setting(netter(), truth=TRUTH)
    with pytest.raises(InputError, match="Grade 3-4 neutropenia"):
        figures(netter(), where, netter().report.published, look=LOOK, seed=1, trial=0)


def test_intervals_do_not_depend_on_the_workers():
    same = {"truth": TRUTH, "seed": 1, "trials": 9, "look": LOOK, "records": 2}
    one, two = (published_intervals(netter(), workers=w, **same) for w in (1, 2))
    assert one.equals(two)
    lower = one.filter(pl.col("statistic") == "simulated lower")
    assert lower["term"].to_list() == [f.says for f in netter().report.published]
    unknown = pl.col("term") == "PFS at month 20, octreotide"  # one trial's curve ends before
    assert set(lower.filter(~unknown)["population"]) == {"9 virtual trials", "2 virtual trials"}
    assert set(lower.filter(unknown)["population"]) == {"8 virtual trials"}
