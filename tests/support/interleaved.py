"""Small protocols of two hypotheses whose looks interleave, and one virtual trial by both roads."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from equipoise.adam.study import Study
from equipoise.meaning.check import read_text
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.object import without_records
from equipoise.simulation.object.run import run
from equipoise.simulation.operating.batches import run_batch
from support.roads import TRUTH, from_records, kernel_road, plan_of, under

SPENT = {"power": "80%", "spending": "lan-demets-pocock"}
PFS = {"half": "12 events", "final": "26 events"}
DESIGNS: dict[str, dict[str, Any]] = {
    "an error each": {
        "PFS": {**SPENT, "alpha": "20%", "looks": PFS},
        "OS": {**SPENT, "alpha": "20%", "looks": {"first": "6 deaths", "final": "16 deaths"}},
    },
    "in a sequence": {
        "multiplicity": "fixed sequence",
        "order": ["PFS", "OS"],
        "PFS": {**SPENT, "looks": PFS},
        "OS": {**SPENT, "looks": {"first": "6 deaths", "final": "16 deaths"}},
    },
    "the later first": {
        "multiplicity": "fixed sequence",
        "order": ["OS", "PFS"],
        "PFS": {**SPENT, "looks": PFS},
        "OS": {**SPENT, "looks": {"first": "5 deaths", "final": "14 deaths"}},
    },
    "Holm": {
        "multiplicity": "holm",
        "PFS": {**SPENT, "looks": PFS},
        "OS": {**SPENT, "looks": {"first": "6 deaths", "final": "16 deaths"}},
    },
    "the last waits for the one before": {
        "multiplicity": "holm",
        "OS": {**SPENT, "looks": {"first": "with PFS final", "final": "17 deaths"}},
        "PFS": {**SPENT, "looks": PFS},
    },
}
TRIALS = range(4)
WAITS: dict[str, Any] = {
    "multiplicity": "holm",
    "PFS": {**SPENT, "looks": PFS},
    "OS": {**SPENT, "looks": {"first": "12 deaths", "final": "with PFS final"}},
}
"""The look that comes with another waits where the one before it is later."""


@cache
def plan(name: str) -> Protocol:
    return _plan(DESIGNS[name])


@cache
def waiting() -> Protocol:
    return _plan(WAITS)


def _plan(design: dict[str, Any]) -> Protocol:
    whole = plan_of(6)
    whole["population"]["randomize"] = "54"
    whole["design"] = {"alpha": "40%", "sides": "2", **design}
    return read_text(json.dumps(whole))


@cache
def _collected(trial: int) -> SDTM:
    """Patients know nothing of looks: one trial serves every design."""
    return tabulate(run(plan("an error each"), truth=TRUTH, seed=8, trial=trial))


def differences(name: str) -> list[Any]:
    """(trial, what, hypothesis, look, by records, by arrays) where the roads say otherwise."""
    found = []
    for trial in TRIALS:
        one = from_records(plan(name), under(plan(name), _collected(trial)))
        other = kernel_road(plan(name), seed=8, trial=trial)
        found += [(trial, *key, one[key], other[key]) for key in one if one[key] != other[key]]
    return found


def look_days(of: Protocol, *, trial: int) -> dict[str, tuple[int, int, int]]:
    """Look -> its trial day by arrays, by records and without records."""
    scenario, where = scenario_from(of, truth=TRUTH), setting(of, truth=TRUTH)
    day = run_batch(scenario, seed=8, start=trial, trials=1).held.day[0]
    study = Study.of(under(of, _collected(trial)))
    it = without_records.scanned_patients(of, where, seed=8, trial=trial)
    found = {}
    for k, look in enumerate(scenario.look_names):
        date = study.date(look)
        assert date is not None
        by_records = (date - where.start).days + 1
        found[look] = (int(day[k]), by_records, without_records.cut_day(of, where, it, look))
    return found
