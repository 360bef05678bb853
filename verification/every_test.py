"""The chance that each test of virtual trials rejects where nothing works."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from equipoise.arrays import Bools, Ints
from equipoise.meaning.methods import METHODS
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.operating.batches import simulate_scenario
from verification.check import SEED, Budget, Check, Row, near
from verification.trial import ACCRUAL, CONTROL, DROPOUT, FRAME, NULL, number

SUBJECTS, EVENTS, RATE = 400, 260, 0.3
ALPHA = 0.05
STRATA = [f"level {k + 1}" for k in range(6)]
TAU = {"tau": "9 months"}
"""Nine months have passed for all who are still followed when the 260th of 400 dies."""
OPTIONS: dict[str, dict[str, Any]] = {"RMST": TAU}
SLACK = {"max-combo": 0.0015, "Fleming-Harrington": 0.001, "RMST": 0.001}
"""What heavier tails than the normal add at 260 events (docs/simulation.md)."""
RESPONSE = {
    "label": "Response",
    "type": "proportion",
    "data": "ADRS",
    "parameter": "BOR",
    "responder": 'AVALC in ("CR", "PR")',
}

SCANS = {
    "epochs": {"treatment": {"lasts": "4 years"}},
    "visits": {
        "scan": {
            "epoch": "treatment",
            "every": "8 weeks",
            "start": "8 weeks",
            "do": ["tumor assessment"],
        }
    },
}
"""Responses are seen at scans; here each counts, seen or not, so that the rate is the truth's."""


class Tested(NamedTuple):
    """One look of a trial without effect by one test.

    events : at the look; of a proportion all subjects are looked at
    """

    test: str
    options: dict[str, Any]
    events: int = EVENTS
    subjects: int = SUBJECTS

    @property
    def protocol(self) -> Protocol:
        """Two arms of one truth; tests by strata have six of equal shares."""
        times = METHODS[self.test].for_times
        key, both = ("OS" if times else "ORR"), ("old", "new")
        several = METHODS[self.test].stratified
        asked = {"endpoint": key, "population": "ITT", "test": self.test, "options": self.options}
        looks = {"final": {"events": self.events} if times else {"end of study": True}}
        survival = {"arms": dict.fromkeys(both, f"median {CONTROL:g} months")}
        truth: dict[str, Any] = {"accrual": ACCRUAL, "death": survival}
        truth["dropout"] = dict.fromkeys(both, DROPOUT)
        truth["response"] = {} if times else dict.fromkeys(both, RATE)
        shares = {"S": dict.fromkeys(STRATA, 1.0 / len(STRATA))}
        factors = {"S": {"label": "S", "levels": STRATA}}
        return Protocol.model_validate(
            {
                **FRAME,
                **({} if times else SCANS),
                "endpoints": {**FRAME["endpoints"], "ORR": RESPONSE},
                "population": {"randomize": self.subjects},
                "allocation": {"ratio": "1:1", "blocks": 4, "strata": factors if several else {}},
                "estimands": {key: asked},
                "design": {"alpha": ALPHA, "sides": 2, key: {"looks": looks}},
                "truth": {NULL: truth | ({"strata": shares} if several else {})},
            }
        )


def rejected(tested: Tested, trials: int, budget: Budget) -> float:
    """The share of trials in which either arm is found to be the better one."""
    made = scenario_from(tested.protocol, truth=NULL, read_at_visits=False)
    found = simulate_scenario(made, trials=trials, seed=SEED, workers=budget.workers)
    (key,) = (h.name for h in made.hypotheses)
    return number(found.value("rejected", hypothesis=key))[0]


def every_test(budget: Budget) -> Iterator[Row]:
    """Two-sided 5% of each test; of proportions the sum over all tables."""
    n = budget.trials(1_000_000)
    for name, method in METHODS.items():
        if not method.simulated:
            continue
        plain = name.removeprefix("stratified ")
        expected = ALPHA if method.for_times else summed(plain)
        found = rejected(Tested(name, OPTIONS.get(plain, {})), n, budget)
        error = math.sqrt(expected * (1.0 - expected) / n)
        yield near(name, found, expected, error=error, slack=SLACK.get(plain, 0.0))


def summed(test: str) -> float:
    """The chance that a test of two equal rates rejects: the sum over all tables that it rejects.

    Blocks of 4 make the arms equally large.
    """
    n = SUBJECTS // 2
    one, other = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    chance = stats.binom.pmf(one, n, RATE) * stats.binom.pmf(other, n, RATE)
    is_rejected = _by_fisher(one, other, n) if test == "Fisher exact" else _by_score(one, other, n)
    return float(chance[is_rejected].sum())


def _by_fisher(one: Ints, other: Ints, n: int) -> Bools:
    """Whether the smaller one-sided P value is half of the error or less."""
    sides = [stats.hypergeom.sf(x - 1, 2 * n, one + other, n) for x in (one, other)]
    return np.asarray(np.minimum(*sides) <= ALPHA / 2)


def _by_score(one: Ints, other: Ints, n: int) -> Bools:
    """Whether the difference is as many errors, with N / (N - 1), as the normal asks for."""
    pooled = (one + other) / (2 * n)
    squared = pooled * (1 - pooled) * 2 / n * (2 * n) / (2 * n - 1)
    bound = stats.norm.isf(ALPHA / 2) * np.sqrt(squared)
    return np.asarray((squared > 0.0) & (np.abs(one - other) / n >= bound))


CHECKS = (Check("type I error of every test", every_test),)
