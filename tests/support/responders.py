"""Who responds in one virtual trial, subject by subject, on each road."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import polars as pl

from equipoise.adam.study import Study
from equipoise.arrays import Ints
from equipoise.kernels.cohort import cohort_plain
from equipoise.kernels.trials import batch, responses, scans_plain
from equipoise.kernels.trials.fields import empty_looks, empty_readouts
from equipoise.meaning.check import read_text
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.object import without_records
from equipoise.simulation.object.run import run
from support.reading.cases import TRUTH, document, merged

BASE = "a response without a reader of its own"
EARLY = {"old": "median 1 month", "new": "median 3 months"}
SETTINGS: dict[str, dict[str, Any]] = {
    "as planned": {},
    "missed scans": {"truth": {TRUTH: {"scans missed": "40%"}}},
    "windows": {"visits": {"scan": {"window": "2 weeks"}}},
    "missed, off their days": {
        "visits": {"scan": {"window": "1 week", "start": "6 weeks", "every": "5 weeks"}},
        "truth": {TRUTH: {"scans missed": "25%", "dropout": {"all": "30%"}}},
    },
    "early progression": {"truth": {TRUTH: {"progression": {"arms": EARLY}}}},
    "early death": {"truth": {TRUTH: {"death": {"arms": EARLY}}}},
    "scans after progression": {"visits": {"scan": {"until": "week 48"}}},
    "tied to progression": {"truth": {TRUTH: {"response correlation": 0.8}}},
    "complete responses": {"truth": {TRUTH: {"complete response": "60%"}}},
}  # fmt: skip
CUTS = (90, 200, 330, 500)
"""Trial days: while subjects enter, and after."""


def plan_of(name: str) -> Protocol:
    return read_text(json.dumps(merged(document(BASE), SETTINGS[name])))


def kernel_responders(plan: Protocol, *, seed: int, trial: int) -> dict[int, set[str]]:
    """Trial day -> who is seen to respond by then, by the batch kernel."""
    scenario = scenario_from(plan, truth=TRUTH)
    bench = batch.empty_bench(scenario.plan, 1)
    held, found = empty_looks(1, len(scenario.look_names)), empty_readouts(1, 1)
    batch.run(scenario.plan, bench, seed, trial, held, found)
    return _by(bench.day[0][0], bench.cohorts.entry[0])


def plain_responders(plan: Protocol, *, seed: int, trial: int) -> dict[int, set[str]]:
    """The same by the plain twin."""
    scenario = scenario_from(plan, truth=TRUTH)
    people = cohort_plain(scenario.world, seed=seed, trial=trial)
    keys = scans_plain.keys_plain(people, seed=seed, trial=trial)
    day = responses.response_days_plain(scenario.endpoints.course, people, keys)
    return _by(day, people.entry)


def _by(day: Ints, entry: Ints) -> dict[int, set[str]]:
    return {
        cut: {f"{j + 1:04d}" for j in np.flatnonzero((entry <= cut) & (day <= cut - entry + 1))}
        for cut in CUTS
    }


def unrecorded_responders(plan: Protocol, *, seed: int, trial: int) -> dict[int, set[str]]:
    """The same by patients and scans, without records."""
    it = without_records.scanned_patients(plan, setting(plan, truth=TRUTH), seed=seed, trial=trial)
    shows = it.held & np.isin(it.response, ("CR", "PR"))
    day = np.where(shows, it.scan, 10**9).min(axis=1)
    return _by(day, it.entry)


def object_responders(plan: Protocol, *, seed: int, trial: int) -> dict[int, set[str]]:
    """The same by records, tabulated, cut and derived by RECIST."""
    study = Study.of(tabulate(run(plan, truth=TRUTH, seed=seed, trial=trial)))
    start = setting(plan, truth=TRUTH).start
    found = {}
    for cut in CUTS:
        data = study.on(start + dt.timedelta(days=cut - 1))
        best = data.table("ADRS").filter(
            pl.col("PARAMCD") == "BOR",
            pl.col("READER") == "central",
            pl.col("AVALC").is_in(["CR", "PR"]),
        )
        found[cut] = set(best["USUBJID"].str.slice(-4))
    return found
