"""Trials derived together are those derived one by one, in every row and record behind it."""

import json
from functools import cache

import numpy as np
import polars as pl
import pytest

from equipoise.adam.study import Study
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.meaning.looks import look_labels
from equipoise.patients.world import setting
from equipoise.protocol.model import Published, altered
from equipoise.protocol.write.template import start
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.needed import ANY_CONTACT, EVERYTHING, needed
from equipoise.simulation.object.run import run
from equipoise.simulation.object.supported import looks_supported, supported
from equipoise.simulation.object.together import VirtualTrials, trials_at
from equipoise.simulation.object.without_records import look_dates
from equipoise.simulation.operating import published
from support.roads import TRUTH, variant
from support.spec import plain_yaml
from support.virtual import EXAMPLES, netter

LOOK = "PFS final"


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


def agree(protocol, **asked):
    for pair in zip(trials_at(protocol, **asked), one_by_one(protocol, **asked), strict=True):
        same(*pair)


def test_netter_1():
    agree(netter(), truth="as reported", seed=5, trials=(1, 2), look=LOOK)


def test_screen_failures_stay_with_their_trial():
    whole = plain_yaml(EXAMPLES / "netter1" / "protocol.yaml")
    whole["truth"]["as reported"]["screen failures"] = "10%"
    plan = read_text(json.dumps(whole))
    asked = {"truth": "as reported", "seed": 5, "trials": (3, 1), "look": LOOK}
    agree(plan, **asked)
    assert "S0001" in trials_at(plan, **asked)[0].snapshot.table("DM")["SUBJID"].to_list()


SMALL = [1, 51, 71]


@pytest.mark.parametrize("number", SMALL)
def test_small_protocols_whose_looks_wait_for_events(number):
    small(number)


def small(number):
    protocol = variant(number)
    look = look_labels(protocol)[0]
    agree(protocol, truth=TRUTH, seed=number, trials=(0, 1, 2), look=look)


def test_a_trial_alone():
    asked = {"truth": "as reported", "seed": 5, "look": LOOK}
    agree(netter(), trials=[0], **asked)
    assert trials_at(netter(), trials=[], **asked) == []


WAITS = start(endpoint="time to event", per_arm=40).replace("52 events", "68 events")


def test_a_trial_that_does_not_come_to_a_look_stays_without_data():
    protocol, numbers = read_text(WAITS), (1, 2, 3)
    some = VirtualTrials(protocol, truth="as planned", seed=5, trials=numbers)
    for look in look_labels(protocol):
        found = some.at(look)
        for trial, data in zip(numbers, found, strict=True):
            study = Study.of(tabulate(run(protocol, truth="as planned", seed=5, trial=trial)))
            if data is None:
                with pytest.raises(InputError, match="68 events are asked for"):
                    study.date(look)
            else:
                same(data, study.adam(look))
    assert [data is None for data in found] == [False, True, True]
    with pytest.raises(InputError, match="trial 2 does not come to the look PFS final"):
        trials_at(protocol, truth="as planned", seed=5, trials=numbers, look="PFS final")


def test_no_trial_comes_to_a_look():
    protocol = read_text(WAITS.replace("68 events", "74 events"))
    some = VirtualTrials(protocol, truth="as planned", seed=5, trials=(1, 2))
    assert some.at("PFS final") == [None, None]


def test_a_look_that_is_not_in_the_protocol():
    with pytest.raises(InputError, match="PFS final"):
        trials_at(netter(), truth="as reported", seed=5, trials=[1], look="PFS finale")


@pytest.mark.parametrize("number", SMALL)
def test_the_dates_of_looks_are_those_that_the_data_tell(number):
    protocol = variant(number)
    assert looks_supported(protocol)
    dates(protocol, TRUTH, range(4))


def test_the_dates_of_looks_at_deaths_too():
    """Here no look has a date of its own."""
    whole = plain_yaml(EXAMPLES / "netter1" / "protocol.yaml")
    whole["design"]["PFS"]["looks"] = {"final": {"events": "74"}}
    whole["design"]["OS"]["looks"]["final"] = "40 deaths"
    plan = read_text(json.dumps(whole))
    assert looks_supported(plan)
    assert len(dates(plan, "as reported", (1, 2))) == 2


def dates(protocol, truth, trials):
    where = setting(protocol, truth=truth)
    for trial in trials:
        study = Study.of(tabulate(run(protocol, truth=truth, seed=7, trial=trial)))
        found = look_dates(protocol, where, seed=7, trial=trial)
        assert sorted(set(found.values())) == study.dates()
        assert all(study.date(look) == day for look, day in found.items())
    return set(found.values())


def test_what_time_to_deterioration_and_toxicity_are_made_of():
    figures = [f for f in netter().report.published if not supported(netter(), f)]
    asked = needed(netter(), figures)
    assert asked.tables == {
        "subjects", "doses", "milestones", "exceptions", "events", "assessments",
    }  # fmt: skip
    assert asked.estimands == {"TTD"}
    assert asked.populations == {"ITT", "safety"}
    found = trials_at(netter(), truth="as reported", seed=5, trials=[1], look=LOOK, needed=asked)[0]
    assert not {"ADRS", "ADLB", "ADTR"} & set(found.tables)
    assert not set(ANY_CONTACT) & set(found.table("ADSL").columns)


def figure(**how):
    return Published.model_validate({"says": str(how), "value": "0", **how})


OF_SAFETY = {"estimand": "safety", "group": "lutate"}
ASKED = {
    "toxicity and deterioration": [f for f in netter().report.published if f.estimand == "TTD"]
    + [f for f in netter().report.published if f.estimand == "safety"],
    "any event": [
        figure(statistic="any grade patients", **OF_SAFETY),
        figure(statistic="n", **OF_SAFETY),
        figure(statistic="serious proportion", **OF_SAFETY),
    ],
    "a class, and a term within it": [
        figure(statistic="any grade proportion", term="Vascular disorders", **OF_SAFETY),
        figure(statistic="p", term="Vascular disorders: Flushing", estimand="safety"),
    ],
    "laboratory": [
        figure(statistic="laboratory grade 3-4 patients", term="Lymphopenia", **OF_SAFETY),
    ],
    "progression": [f for f in netter().report.published if f.estimand == "PFS"],
    "survival, for which any contact counts": [
        figure(estimand="OS", statistic="p"),
        figure(estimand="OS", statistic="median months", group="lutate"),
    ],
    "response": [f for f in netter().report.published if f.estimand == "ORR"],
}


@pytest.mark.parametrize("wanted", ASKED.values(), ids=list(ASKED))
def test_figures_of_what_they_need_are_those_of_whole_trials(wanted):
    of_what_is_needed(wanted)


THREE = {"truth": "as reported", "seed": 5, "trials": (1, 2, 3), "look": LOOK}


@cache
def whole_trials():
    return trials_at(netter(), **THREE)


def of_what_is_needed(wanted):
    lean = trials_at(netter(), needed=needed(netter(), wanted), **THREE)
    found, expected = (
        np.array([published._figures(data, wanted) for data in some])
        for some in (lean, whole_trials())
    )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("estimands", "populations"),
    [
        ({"endpoint": "OS"}, {}),  # censored when last known alive
        ({"endpoint": "ORR"}, {}),  # no time to event
        ({"covariates": ["FUPDUR"]}, {}),
        ({"population": "long"}, {"long": {"who": "FUPDUR > 100"}}),
        ({"population": "same"}, {"same": {"who": 'ITTFL = "Y"'}}),
    ],
)
def test_where_it_cannot_be_told_everything_is_needed(estimands, populations):
    plan = netter()
    kinds = type(next(iter(plan.populations.values())))
    changed = plan.estimands["TTD"].model_copy(
        update={k: tuple(v) if isinstance(v, list) else v for k, v in estimands.items()}
    )
    more = {key: kinds.model_validate(one) for key, one in populations.items()}
    plan = altered(
        plan,
        estimands={**plan.estimands, "TTD": changed},
        populations={**plan.populations, **more},
    )
    assert needed(plan, [figure(estimand="TTD", statistic="hazard ratio")]) == EVERYTHING


def test_who_could_be_evaluated_takes_the_readings():
    plan = netter()
    changed = plan.estimands["TTD"].model_copy(update={"population": "evaluable"})
    plan = altered(plan, estimands={**plan.estimands, "TTD": changed})
    asked = needed(plan, [figure(estimand="TTD", statistic="hazard ratio")])
    assert "readings" in asked.tables
    data = trials_at(plan, truth="as reported", seed=5, trials=[1], look=LOOK, needed=asked)[0]
    assert data.table("ADSL").filter(pl.col("EVALFL") == "Y").height > 100
