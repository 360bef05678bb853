"""Small protocols in many variants, and one virtual trial of each by both roads."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.decisions import decisions
from equipoise.analysis.results import frame
from equipoise.meaning.check import read_text
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.decisions import BENEFIT, HARM
from equipoise.simulation.object.run import run
from equipoise.simulation.operating.batches import run_batch
from support.off_plan import CHANGES, changed
from support.street import plan

TRUTH = "so"
PLAIN = 50
COUNT = PLAIN + len(CHANGES)
STRATA: list[dict[str, Any]] = [
    {},
    {"REGION": {"levels": ["west", "east"]}},
    {"STAGE": {"levels": ["II", "III"]}, "SEX": {"levels": ["M", "F"]}},
]
PROGRESSION: list[dict[str, Any]] = [
    {"old": "median 6 months", "new": "median 10 months"},
    {"old": "median 8 months", "new": "hazard ratio 0.6 after 4 months"},
    {"old": {"curve": {"3 months": "80%", "9 months": "45%", "20 months": "15%"}},
     "new": {"curve": {"6 months": "78%", "12 months": "60%"}}},
    {"old": {"curve": {"4 months": "70%", "12 months": "30%"}}, "new": "hazard ratio 0.45"},
    {"old": "median 7 months", "new": "median 7 months"},
]  # fmt: skip
DEATH: list[dict[str, Any]] = [
    {"old": "median 14 months", "new": "median 20 months"},
    {"old": {"curve": {"6 months": "85%", "18 months": "45%"}}, "new": "hazard ratio 0.7"},
    {"old": "median 10 months", "new": "hazard ratio 0.5 after 6 months"},
]
ASSUMED = {
    "PFS": {"old": "median 7 months", "new": "median 12 months"},
    "OS": {"old": "median 14 months", "new": "median 20 months"},
}


class Trial(NamedTuple):
    """What one road says of one trial: (what, hypothesis, look) -> value."""

    said: dict[tuple[str, str, str], Any]


@cache
def variant(number: int) -> Protocol:
    """The small protocol of this number."""
    return read_text(json.dumps(plan_of(number)))


def plan_of(number: int) -> dict[str, Any]:
    """The small protocol of this number as a mapping; the same for ever."""
    if number >= PLAIN:
        change = CHANGES[number - PLAIN]
        return changed(plan_of(change.base), change, truth=TRUTH)
    pick = random.Random(number)
    two_to_one = number % 4 == 3
    test = "stratified log-rank" if number % 3 else "log-rank"
    blocks = pick.choice([["3"], ["3", "6"]] if two_to_one else [["4"], ["2", "4"], ["6"]])
    every = pick.choice(["6 weeks", "8 weeks"])
    sections = {
        "population": {"condition": "a disease", "randomize": str(pick.choice([36, 45, 54]))},
        "allocation": {
            "ratio": "2:1" if two_to_one else "1:1",
            "method": "permuted blocks",
            "blocks": blocks,
            "strata": STRATA[number % 3],
        },
        "epochs": {"treatment": {"lasts": "24 weeks"}, "observation": {"lasts": "5 years"}},
        "visits": VISITS | {"scan": VISITS["scan"] | {"every": every}},
        "estimands": {name: _estimand(name, test) for name in ("PFS", "OS")},
        "assume": {"accrual": {"lasts": "10 months"}, "follow up": "20 months", **ASSUMED},
        "truth": {TRUTH: _truth(number, pick)},
    }
    return {**plan(**sections), "design": _design(number)}


VISITS: dict[str, Any] = {
    "baseline": {"epoch": "treatment", "day": "-7", "do": ["tumor assessment"]},
    "scan": {
        "epoch": "treatment",
        "start": "6 weeks",
        "window": "0 days",
        "until": "progression",
        "do": ["tumor assessment"],
    },
    # Survival is asked every day, so that the last day known alive is the last day of follow-up.
    "status": {
        "epoch": "observation",
        "every": "1 day",
        "window": "0 days",
        "do": ["survival status"],
    },
}


def _estimand(name: str, test: str) -> dict[str, Any]:
    cox = "stratified Cox" if test.startswith("stratified") else "Cox"
    return {"endpoint": name, "test": test, "estimator": [cox], "population": "ITT"}


def _truth(number: int, pick: random.Random) -> dict[str, Any]:
    linked = {"with": "progression", "correlation": "0.5"} if number % 5 == 0 else {}
    return {
        "accrual": {"lasts": pick.choice(["8 months", "14 months"])},
        "follow up": "20 months",
        "dropout": [{}, {"all": "15%"}, {"new": "5%", "old": "25%"}][number % 7 % 3],
        "progression": {"arms": PROGRESSION[number % len(PROGRESSION)]},
        "death": {"arms": pick.choice(DEATH), **linked},
    }


def _design(number: int) -> dict[str, Any]:
    """One or two looks, at events, at a share of them, after a time or at the end of the study."""
    spending = ["lan-demets-obf", "lan-demets-pocock"][number % 2]
    two = {"power": "80%", "spending": spending}
    kinds: list[dict[str, Any]] = [
        {"PFS": {"power": "80%", "looks": {"final": "20 events"}}},
        {"PFS": {**two, "looks": {"interim": "50% information", "final": "24 events"}}},
        {"OS": {"power": "80%", "looks": {"final": "14 events"}}},
        {"OS": {**two, "looks": {"interim": "8 events", "final": "15 events"}}},
        {"OS": {"power": "80%", "looks": {"final": "18 months"}}},
        {"PFS": {"power": "80%", "looks": {"final": "end of study"}}},
        {
            "multiplicity": "fixed sequence",
            "order": ["PFS", "OS"],
            "PFS": {**two, "looks": {"interim": "14 events", "final": "22 events"}},
            "OS": {**two, "looks": {"interim": "with PFS interim", "final": "with PFS final"}},
        },
        {
            "PFS": {
                **two,
                "futility": "lan-demets-obf",
                "looks": {"half": "12 events", "final": "24 events"},
            }
        },
    ]  # fmt: skip
    # two hypotheses at two looks each are derived many times over: fewer of those
    chosen = kinds[0 if number % 16 == 14 else number % len(kinds)]
    return {"alpha": "20%", "sides": "2", **chosen}


def hypotheses_at(of: Protocol) -> list[tuple[str, str, str]]:
    """(hypothesis, its look, the full name of the look that is held)."""
    return [
        (name, look, how.with_ or f"{name} {look}")
        for name, design in of.design.hypotheses.items()
        for look, how in design.looks.items()
    ]


def object_road(
    of: Protocol, *, seed: int, trial: int, truth: str = TRUTH
) -> dict[tuple[str, str, str], Any]:
    """run, tabulate, cut, derive, analyze: by the code that a real trial uses."""
    return from_records(of, tabulate(run(of, truth=truth, seed=seed, trial=trial)))


def under(of: Protocol, collected: SDTM) -> SDTM:
    """The same records under a protocol that plans other looks; nothing is remembered of them."""
    return replace(collected, protocol=of)


def from_records(of: Protocol, collected: SDTM) -> dict[tuple[str, str, str], Any]:
    """What the records of a trial say: cut, derived and analyzed."""
    said: dict[tuple[str, str, str], Any] = {}
    for held in dict.fromkeys(held for *_, held in hypotheses_at(of)):
        snapshot = cut_at(collected, look=held)
        data = derive(snapshot)
        decided = frame(decisions(data))
        for name, look, at in hypotheses_at(of):
            if at != held:
                continue
            rows = frame(estimand_rows(data, name, subgroups=False))
            known = {(r["statistic"], r["group"]): r["value"] for r in rows.to_dicts()}
            own = decided.filter(
                (decided["analysis"] == name) & (decided["statistic"] == "decision")
            )
            said |= {
                ("date", name, look): snapshot.date,
                ("events, control", name, look): known["events", of.control],
                ("events, experimental", name, look): known["events", of.experimental[0]],
                ("z", name, look): known.get(("z", "")),
                ("log hazard ratio", name, look): known.get(("log hazard ratio", "")),
                ("decision", name, look): own["note"].to_list()[0].split(",")[0],
            }
    return said


def kernel_road(
    of: Protocol, *, seed: int, trial: int, truth: str = TRUTH
) -> dict[tuple[str, str, str], Any]:
    """The same numbers from arrays."""
    import datetime as dt

    scenario = scenario_from(of, truth=truth)
    done = run_batch(scenario, seed=seed, start=trial, trials=1)
    start = of.truth[truth].accrual.start or dt.date(2020, 1, 1)
    said: dict[tuple[str, str, str], Any] = {}
    ends = {}
    for h, hypothesis in enumerate(scenario.hypotheses):
        outcome, stop = int(done.decisions.outcome[0, h]), int(done.decisions.stop[0, h])
        end = {BENEFIT: "efficacy", HARM: "harm"}.get(outcome, "futility")
        ends[hypothesis.name] = "futility" if done.decisions.late[0, h] else end, stop
    counted: dict[str, int] = {}
    for r, (name, look, held) in enumerate(hypotheses_at(of)):
        k = counted[name] = counted.get(name, -1) + 1
        day = int(done.held.day[0, scenario.look_names.index(held)])
        row = {
            field: None if np.isnan(of[0, r]) else float(of[0, r])
            for field, of in done.found._asdict().items()
        }
        end, stop = ends[name]
        whole = of.design.hypotheses[held.split()[0]].looks[held.split(" ", 1)[1]].end_of_study
        said |= {
            ("date", name, look): None if whole else start + dt.timedelta(days=day - 1),
            ("events, control", name, look): row["events_0"],
            ("events, experimental", name, look): row["events_1"],
            ("z", name, look): row["z"],
            ("log hazard ratio", name, look): row["estimate"],
            ("decision", name, look): "continue" if k < stop else f"stop for {end}",
        }
    return said
