"""Every test that virtual trials know: one trial, by patients and by arrays, one Z in every bit.

A method that is marked `simulated` and has no case here, or reads an option that no case sets, is a
fault of this file.
"""

import json
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.monitored import observed_z
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan
from equipoise.meaning.check import read_text
from equipoise.meaning.hypotheses import hypothesis
from equipoise.meaning.methods import METHODS
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.decisions import BENEFIT, HARM
from equipoise.simulation.object.run import run
from equipoise.simulation.operating.batches import run_batch
from support.roads import STRATA, TRUTH, plan_of

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "log-rank": [{}],
    "Fleming-Harrington": [
        {},
        {"rho": 0, "gamma": 0},
        {"rho": 1},
        {"rho": "0.5", "gamma": 2, "strata are": "summed"},
    ],
    "max-combo": [
        {},
        {"weights": ["0 0"]},
        {"weights": ["0 0", "0 1"]},
        {"weights": ["0.5 0", "0 0.5", "1 1"]},
    ],
    "RMST": [{"tau": "6 months"}, {"tau": "9.3 months"}, {"tau": 100}],
    "Fisher exact": [{}],
    "Miettinen-Nurminen": [{}],
}
"""The options of each method; "stratified" ones take those of the plain one."""

SIMULATED = [name for name, method in METHODS.items() if method.simulated]
RESPONSES = "answers"
SEED, TRIALS = 11, 2
ENDPOINTS: dict[str, dict[str, str]] = {
    "time to event": {"PFS": "longer", "REMISSION": "shorter"},
    "proportion": {"ORR": "higher", "TOXIC": "lower"},
}
"""By type, the endpoints and what is better of each."""
RESPONSE = {
    "label": "Response",
    "type": "proportion",
    "parameter": "BOR",
    "responder": 'AVALC in ("CR", "PR")',
    "recist": {"reader": "investigator"},
}
SHARES = {"old": "25%", "new": "60%"}


class Case(NamedTuple):
    """One method with its options, asked about one endpoint."""

    method: str
    options: int
    endpoint: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.options} {self.endpoint}"

    @property
    def estimand(self) -> dict[str, Any]:
        return {
            "endpoint": self.endpoint,
            "population": "ITT",
            "test": self.method,
            "options": options_of(self.method)[self.options],
        }

    @property
    def truth(self) -> str:
        return TRUTH if METHODS[self.method].for_times else RESPONSES


def options_of(method: str) -> list[dict[str, Any]]:
    return OPTIONS[method.removeprefix("stratified ")]


CASES = [
    Case(name, k, endpoint)
    for name in SIMULATED
    for k in range(len(options_of(name)))
    for endpoint in ENDPOINTS[METHODS[name].fits[0]]
]


def whole(strata: int, cases: list[Case], design: dict[str, Any]) -> dict[str, Any]:
    """A small protocol of three stratifications, with the questions of these cases."""
    found = plan_of(1)
    found["allocation"] |= {"strata": STRATA[strata]}
    progress = found["endpoints"]["PFS"]
    for name, better in ENDPOINTS["time to event"].items():
        found["endpoints"][name] = {**progress, "better": better}
    for name, better in ENDPOINTS["proportion"].items():
        found["endpoints"][name] = {**RESPONSE, "better": better}
    found["estimands"] = {case.key: case.estimand for case in cases}
    found["design"] = {"alpha": "20%", "sides": "2", **design}
    found["assume"] |= dict.fromkeys(ENDPOINTS["proportion"], SHARES)
    never = {"arms": {"old": "median 900 months", "new": "median 900 months"}}
    found["truth"][RESPONSES] = {
        "accrual": {"lasts": "10 months"},
        "follow up": "20 months",
        "progression": never,  # so that every response is seen at a scan
        "death": never,
        "response": SHARES,
    }
    return found


@cache
def asked(strata: int, *cases: Case) -> Protocol:
    looks = {"looks": {"final": "20 months"}}
    return read_text(json.dumps(whole(strata, list(cases), {cases[0].key: looks})))


@cache
def analyzed(strata: int, truth: str, trial: int):
    """The analysis datasets of a trial by the road of a real one, for all cases at once."""
    protocol = asked(strata, *CASES)
    collected = tabulate(run(protocol, truth=truth, seed=SEED, trial=trial))
    return derive(cut_at(collected, look=f"{CASES[0].key} final"))


def by_patients(strata: int, case: Case, trial: int) -> tuple[float, float, str]:
    protocol = asked(strata, case)
    found = observed_z(analyzed(strata, case.truth, trial), hypothesis(protocol, case.key))
    return found.amount, found.z, _decision(protocol, case, Seen("final", *found))


def _decision(protocol: Protocol, case: Case, seen: Seen) -> str:
    if case.endpoint == "REMISSION":  # no plan has a time that had better be shorter
        return _by_normal(seen.z)
    (one,) = monitor(plan(protocol), {case.key: [seen]}).hypotheses
    return one.decision


def _by_normal(z: float) -> str:
    """What one look at two-sided 20% decides."""
    if abs(z) < norm.isf(0.1):
        return "stop for futility"
    return "stop for efficacy" if z > 0 else "stop for harm"


def by_arrays(strata: int, case: Case, trial: int) -> tuple[float, float, str]:
    scenario = scenario_from(asked(strata, case), truth=case.truth)
    done = run_batch(scenario, seed=SEED, start=trial, trials=1)
    found = {name: float(column[0, 0]) for name, column in done.found._asdict().items()}
    what = "events" if METHODS[case.method].for_times else "subjects"
    words = {BENEFIT: "efficacy", HARM: "harm"}
    end = words.get(int(done.decisions.outcome[0, 0]), "futility")
    return found[f"{what}_0"] + found[f"{what}_1"], -found["z"], f"stop for {end}"


@pytest.mark.parametrize("strata", range(len(STRATA)))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_one_z_by_patients_and_by_arrays(case: Case, strata: int) -> None:
    for trial in range(TRIALS):
        theirs, ours = by_patients(strata, case, trial), by_arrays(strata, case, trial)
        assert np.isfinite(ours[1])
        assert ours == theirs


def test_every_simulated_method_and_option_has_a_case() -> None:
    plain = {name.removeprefix("stratified ") for name in SIMULATED}
    assert set(OPTIONS) == plain
    for name in plain:
        tried = {key for options in OPTIONS[name] for key in options}
        assert tried == set(METHODS[name].options.names())


@pytest.mark.parametrize("method", SIMULATED)
def test_where_the_other_side_is_better_z_has_the_other_sign(method: str) -> None:
    sides = ENDPOINTS[METHODS[method].fits[0]]
    one, other = (by_arrays(1, Case(method, 0, name), 0)[1] for name in sides)
    if method.endswith("max-combo"):
        # how extreme the lowest Z is, and how extreme the highest: not one number twice
        assert other < one
    else:
        assert other == -one != 0


def test_options_make_other_tests() -> None:
    for name in SIMULATED:
        cases = [Case(name, k, "PFS") for k in range(len(options_of(name)))]
        if METHODS[name].for_times:
            assert len({by_arrays(1, case, 0)[1] for case in cases}) == len(cases)
