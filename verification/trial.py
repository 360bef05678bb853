"""Two-armed trials for the checks, as protocols: one planned hazard ratio, two truths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from equipoise.design.model import HypothesisPlan
from equipoise.design.plan.plan import plan
from equipoise.meaning.expected import Course
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.operating.characteristics import OperatingRow as Outcome

CONTROL = 12.0  # median survival on control, months
ACCRUAL = {"lasts": "18 months"}
DROPOUT = 0.05
NULL, PLANNED = "nothing works", "as planned"
FRAME = {
    "trial": {"id": "V-1", "title": "Verification"},
    "arms": {
        "old": {"label": "Old", "role": "control"},
        "new": {"label": "New", "role": "experimental"},
    },
    "endpoints": {"OS": {"label": "Survival", "type": "time to event", "event": ["death"]}},
    "populations": {"ITT": {"label": "All", "who": "randomized"}},
}


class Trial(NamedTuple):
    """A design to be simulated.

    looks : name -> events, or the time of the look as text
    ratio : hazard ratio that is planned and, in the truth `PLANNED`, lived
    strata : how many, of equal shares; the test is then stratified
    """

    looks: Mapping[str, int | str]
    subjects: int
    ratio: float = 0.6
    spending: str | None = None
    alpha: float = 0.025
    sides: int = 1
    strata: int = 1


def protocol_of(trial: Trial) -> Protocol:
    """The trial as a protocol with overall survival alone."""
    old, new = (f"median {m:.12g} months" for m in (CONTROL, CONTROL / trial.ratio))
    levels = [f"level {k + 1}" for k in range(trial.strata)]
    several = trial.strata > 1
    estimand = {"endpoint": "OS", "population": "ITT", "summary": "hazard ratio"}
    test = "stratified log-rank" if several else "log-rank"
    allocation: dict[str, Any] = {"ratio": "1:1", "blocks": 4}
    if several:
        allocation["strata"] = {"S": {"label": "S", "levels": levels}}
    return Protocol.model_validate(
        {
            **FRAME,
            "population": {"randomize": trial.subjects},
            "allocation": allocation,
            "estimands": {"OS": {**estimand, "test": test}},
            "design": {"alpha": trial.alpha, "sides": trial.sides, "OS": _design(trial)},
            "assume": {
                "accrual": ACCRUAL,
                "dropout": {"all": DROPOUT},
                "OS": {"old": old, "new": new},
            },
            "truth": {
                NULL: _truth({"old": old, "new": old}, levels),
                PLANNED: _truth({"old": old, "new": new}, levels),
            },
        }
    )


def _design(trial: Trial) -> dict[str, Any]:
    looks = {
        name: {"events": look} if isinstance(look, int) else {"at": look}
        for name, look in trial.looks.items()
    }
    return {"looks": looks} | ({"spending": trial.spending} if trial.spending else {})


def _truth(arms: dict[str, str], levels: list[str]) -> dict[str, Any]:
    strata = {"strata": {"S": dict.fromkeys(levels, 1.0 / len(levels))}} if len(levels) > 1 else {}
    dropout = dict.fromkeys(arms, DROPOUT)
    return {"accrual": ACCRUAL, "dropout": dropout, "death": {"arms": arms}, **strata}


def number(row: Outcome) -> tuple[float, float]:
    """A simulated figure and its Monte Carlo error.

    Raises   ValueError if either is not estimable: then there is nothing to compare.
    """
    if row.value is None or row.error is None:
        raise ValueError(f"{row.look} {row.statistic}: not estimable")
    return row.value, row.error


def course_of(trial: Trial) -> Course:
    """The rates behind the plan of the trial."""
    found = planned(trial).course
    if found is None:
        raise ValueError("a plan of a time-to-event endpoint has a course")
    return found


def planned(trial: Trial) -> HypothesisPlan:
    """What `plan` says of the trial."""
    return plan(protocol_of(trial)).hypotheses[0]


def scenario(trial: Trial, truth: str) -> Scenario:
    """The trial for the kernel, deaths seen on their own day."""
    return scenario_from(protocol_of(trial), truth=truth, read_at_visits=False)
