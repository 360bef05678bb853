"""A whole virtual trial: the same for the same seed, whatever else is drawn."""

import json

import numpy as np
import pytest

from equipoise.conduct.record import COLUMNS
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.patients.people import table_of
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol.model import altered
from equipoise.simulation.object.run import run
from support.roads import TRUTH as PLAIN_TRUTH
from support.roads import plan_of
from support.virtual import TRUTH, netter
from support.wards import folk, with_truth


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


def test_a_table_without_rows_has_the_types_of_the_record():
    who = folk(netter())
    nobody = np.array([], dtype=np.int64)
    for name, columns in COLUMNS.items():
        values = {column: [] for column in columns if column != "subject"}
        assert dict(table_of(who, nobody, **values).schema) == columns, name


def test_a_visit_that_nobody_comes_to_stands_beside_the_others():
    # the one at the data cut-off is on nobody's own day, and stands first
    visits = {"sweep": {"at": "data cut-off", "do": ["survival status"]}, **plan_of(2)["visits"]}
    plan = read_text(json.dumps({**plan_of(2), "visits": visits}))
    found = run(plan, truth=PLAIN_TRUTH, seed=1)
    assert set(found.table("visits")["key"]) == {"sweep", "baseline", "scan", "status"}
    assert dict(found.table("visits").schema) == COLUMNS["visits"]


def test_lesions_need_a_scan_before_treatment():
    whole = plan_of(0)
    del whole["visits"]["baseline"]
    with pytest.raises(InputError, match=r"visits.scan.do: no visit assesses tumors before"):
        run(read_text(json.dumps(whole)), truth=PLAIN_TRUTH, seed=1)


def test_a_truth_of_measures_alone_makes_a_trial():
    whole = plan_of(0)
    whole["visits"]["forms"] = {"every": "4 weeks", "do": ["questionnaires"]}
    pain = {"domain": "QS", "mean": "40", "sd": "10"}
    whole["truth"][PLAIN_TRUTH] = {"follow up": "20 weeks", "measures": {"PAIN": pain}}
    found = run(read_text(json.dumps(whole)), truth=PLAIN_TRUTH, seed=1)
    assert found.table("assessments").height > found.table("subjects").height
    assert found.table("subjects")["died"].null_count() == found.table("subjects").height


def test_a_trial_without_scans_has_no_readings():
    visits = {k: v for k, v in netter().visits.items() if k not in ("scan", "baseline")}
    found = of(altered(netter(), visits=visits))
    assert found.table("readings").is_empty()
    assert found.table("doses").height > 0
