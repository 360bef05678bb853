"""The object road and the kernel road: one seed, one answer, in every bit."""

import json
from functools import cache

import pytest

from equipoise.meaning.check import read_text
from support.roads import COUNT, kernel_road, object_road, plan_of, variant
from support.roads import TRUTH as TINY
from support.spec import plain_yaml
from support.virtual import EXAMPLES, TRUTH

METHODS = {
    "block urn": {"blocks": [6]},
    "complete": {},
    "biased coin": {"probability": "2/3"},
    "big stick": {"limit": 3},
    "minimization": {"minimization": {"probability": "75%", "measure": "variance"}},
}


@pytest.mark.parametrize("number", range(COUNT))
def test_both_roads_say_the_same(number):
    plan = variant(number)
    assert object_road(plan, seed=number, trial=number) == kernel_road(
        plan, seed=number, trial=number
    )


@cache
def by_blocks():
    return object_road(variant(1), seed=1, trial=1)


@pytest.mark.parametrize("method", METHODS)
def test_both_roads_say_the_same_of_every_method(method):
    whole = plan_of(1)
    strata = whole["allocation"]["strata"]
    whole["allocation"] = {"method": method, "strata": strata, **METHODS[method]}
    plan = read_text(json.dumps(whole))
    found = object_road(plan, seed=1, trial=1)
    assert found == kernel_road(plan, seed=1, trial=1)
    assert found != by_blocks()


def without_schedule(number, *rows):
    """A small protocol of survival alone, with only these rows of its schedule."""
    whole = plan_of(number)
    whole["visits"] = {key: whole["visits"][key] for key in rows}
    for section in ("endpoints", "estimands", "assume"):
        whole[section] = {k: v for k, v in whole[section].items() if k != "PFS"}
    death = whole["truth"][TINY]["death"]
    whole["truth"][TINY] |= {"progression": None, "death": {"arms": death["arms"]}}
    return read_text(json.dumps(whole))


@pytest.mark.parametrize("rows", [(), ("baseline", "scan")])
@pytest.mark.parametrize("number", [10, 12, 35])  # looks at deaths, after a time, at more deaths
def test_both_roads_follow_everybody_where_the_schedule_says_nothing(number, rows):
    plan = without_schedule(number, *rows)
    for trial in (0, 1):
        found = object_road(plan, seed=number, trial=trial)
        assert found == kernel_road(plan, seed=number, trial=trial)


def netter_by_events():
    """NETTER-1 with looks at numbers of events that its virtual patients come to."""
    whole = plain_yaml(EXAMPLES / "netter1" / "protocol.yaml")
    whole["design"]["PFS"]["looks"]["final"] = "74 events"
    whole["design"]["OS"]["looks"]["final"] = "100 deaths"
    return read_text(json.dumps(whole))


@pytest.mark.parametrize("trial", [0, 1])
def test_both_roads_say_the_same_of_netter(trial):
    plan = netter_by_events()
    found = object_road(plan, seed=7, trial=trial, truth=TRUTH)
    assert len(found) == 18
    assert found == kernel_road(plan, seed=7, trial=trial, truth=TRUTH)
