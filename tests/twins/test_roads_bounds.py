"""Both roads come to the same decisions whatever spends the error, and at whichever looks."""

import json
from functools import cache

import pytest

from equipoise.meaning.check import read_text
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.roads import TRUTH, from_records, kernel_road, plan_of, under, variant

LOOKS = {"early": "8 events", "half": "14 events", "final": "24 events"}
DESIGNS = {
    "own error": {"spending": "0.02, 0.08, 0.2"},
    "obf": {"spending": "obf"},
    "pocock": {"spending": "pocock"},
    "wang-tsiatis": {"spending": "wang-tsiatis:0.25"},
    "haybittle-peto": {"spending": "haybittle-peto:2.5"},
    "calendar": {"spending": "lan-demets-pocock", "spend by": "calendar"},
    "smaller": {"spending": "hsd:-1", "spend by": "smaller of planned and actual"},
    "no early benefit": {
        "spending": "kim-demets:1",
        "futility": "lan-demets-pocock",
        "looks": {**LOOKS, "early": {"events": "8", "efficacy": "no"}},
    },
    "futility at half": {
        "spending": "lan-demets-pocock",
        "futility": "hsd:-2",
        "looks": {**LOOKS, "early": {"events": "8", "futility": "no"}},
    },
    "own alpha": {"spending": "lan-demets-pocock", "alpha": "8%"},
}
TRIALS = 4


@cache
def collected(trial: int) -> SDTM:
    """Patients know nothing of looks: one trial serves every design."""
    return tabulate(run(variant(1), truth=TRUTH, seed=3, trial=trial))


@pytest.mark.parametrize("name", DESIGNS)
def test_the_roads_decide_alike(name):
    design = {
        "alpha": "20%",
        "sides": "2",
        "PFS": {"power": "80%", "looks": LOOKS, **DESIGNS[name]},
    }
    protocol = read_text(json.dumps({**plan_of(1), "design": design}))
    decided = set()
    for trial in range(TRIALS):
        theirs = from_records(protocol, under(protocol, collected(trial)))
        ours = kernel_road(protocol, seed=3, trial=trial)
        assert ours == theirs
        decided |= {str(v) for k, v in ours.items() if k[0] == "decision"}
    assert len(decided) > 1
