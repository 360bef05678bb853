"""The object road and the kernel road: one seed, one answer, in every bit."""

import json

import pytest

from equipoise.meaning.check import read_text
from support.roads import COUNT, kernel_road, object_road, variant
from support.spec import plain_yaml
from support.virtual import EXAMPLES, TRUTH


@pytest.mark.parametrize("number", range(COUNT))
def test_both_roads_say_the_same(number):
    plan = variant(number)
    assert object_road(plan, seed=number, trial=number) == kernel_road(
        plan, seed=number, trial=number
    )


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
